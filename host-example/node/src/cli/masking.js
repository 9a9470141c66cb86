// Keeps secrets off the screen.
//
// A line of a template that is shown under a diagnostic can hold a token. Two things are masked,
// character by character so that columns stay what they are: values beside a name that sounds like a
// secret's, and the values of such variables that were given on the command line. Text that is no JSON at
// all is read all the same: it is shown because it is broken.

import { soundsSecret } from "../redaction.js";

/** Functions of templates whose argument is a name, which may be shown. */
const NAMING_FUNCTIONS = ["user", "env", "isotime"];
/** Shorter values are not looked for in texts: they are anywhere, and no secrets. */
const SHORTEST_SECRET = 4;

/** The pieces of something like JSON: strings, closed or not; spaces; colons; brackets; anything else. */
const PIECES =
  /(?<string>"(?:\\[^\n]|[^"\\\n])*\\?"?|'(?:\\[^\n]|[^'\\\n])*\\?'?)|(?<space>\s+)|(?<colon>[:=])|(?<bracket>[{}[\],])|(?<word>[^\s:={}[\],"']+[^\s:={}[\],"]*)/gu;

/** The pieces of a value: what a template does in `{{ }}`, closed or not, and single characters. */
const ACTIONS_AND_CHARACTERS = /(?<action>\{\{.*?(?:\}\}|$))|./gsu;

/** The string literals of an action, and the word before each. A quote may be escaped, as in JSON. */
const LITERALS = /(?<before>\w*)(?<space>[^\w`"\\]*)(?<open>`|\\?")(?<text>.*?)(?<close>`|\\?"|$)/gsu;

/** Knows what is not to be shown. */
export class Mask {
  #values;

  /** @param {Record<string, string>} variables those that were given: of them, what sounds secret is */
  constructor(variables = {}) {
    this.#values = Object.entries(variables)
      .filter(([name, value]) => soundsSecret(name) && [...value].length >= SHORTEST_SECRET)
      .map(([, value]) => value);
  }

  /**
   * Any text, without the values that are known to be secret.
   * @param {string} text
   */
  text(text) {
    return this.#values.reduce((masked, value) => masked.replaceAll(value, stars(value)), text);
  }

  /**
   * A document, without these and without what stands beside a name that sounds secret.
   * @param {string} text
   */
  document(text) {
    let afterSecretName = false;
    const masked = text.replace(PIECES, (piece, ...rest) => {
      const { string, space, colon, word } = rest.at(-1);
      if (space !== undefined || colon !== undefined) {
        // A missing colon can be what is wrong with the document.
        return piece;
      }
      const isValue = string !== undefined || word !== undefined;
      const secret = isValue && afterSecretName;
      afterSecretName = isValue && !secret && soundsSecret(piece);
      return secret ? maskValue(piece) : piece;
    });
    return this.text(masked);
  }
}

/** @param {string} text */
function stars(text) {
  return "*".repeat([...text].length);
}

/**
 * Stars for a value, but for its quotes and for what a template does in `{{ }}`: that names variables, and
 * is what a diagnostic may be about.
 * @param {string} value
 */
function maskValue(value) {
  const quote = /^["']/.exec(value)?.[0] ?? "";
  const closed = quote !== "" && value.length > 1 && value.endsWith(quote);
  const inner = value.slice(quote.length, closed ? -1 : undefined);
  const masked = inner.replace(ACTIONS_AND_CHARACTERS, (piece, ...rest) =>
    rest.at(-1).action === undefined ? "*" : maskLiterals(piece),
  );
  return quote + masked + (closed ? quote : "");
}

/** @param {string} action */
function maskLiterals(action) {
  return action.replace(LITERALS, (literal, ...rest) => {
    const { before, space, open, text, close } = rest.at(-1);
    return NAMING_FUNCTIONS.includes(before) ? literal : before + space + open + stars(text) + close;
  });
}
