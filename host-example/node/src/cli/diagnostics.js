// Diagnostics, shown as compilers show them.

import stringWidth from "string-width";

import { line, styled } from "./show.js";

/**
 * @import { Diagnostic, Position } from "../../component/interfaces/atlas-post-processor-types.js"
 * @import { Document } from "./inputs.js"
 * @import { Mask } from "./masking.js"
 */

/** A diagnostic, and the file that it is about. @typedef {Diagnostic & { file: string }} FileFinding */

/** How much of a long line is shown, and how much of it before what is meant. */
const WIDTH = 140;
const BEFORE = 40;
const TAB = "    ";

/**
 * Shows findings to people, with the lines of the documents that they are about.
 * @param {FileFinding[]} findings
 * @param {Document[]} documents
 * @param {Mask} mask
 */
export function showFindings(findings, documents, mask) {
  for (const finding of findings) {
    const text = documents.find(({ name }) => name === finding.file)?.text;
    line(`${render(finding, text === undefined ? undefined : mask.document(text), mask)}\n`);
  }
}

/**
 * @param {FileFinding} finding
 * @param {string | undefined} text the document, without its secrets
 * @param {Mask} mask
 */
export function render({ severity, code, message, pointer, position, help, file }, text, mask) {
  const colour = severity === "error" ? "red" : "yellow";
  const lines = [styled(colour, `${severity}[${code}]`) + styled("bold", `: ${mask.text(message)}`)];
  const shown = position && text !== undefined ? excerpt(text, position) : undefined;
  const gutter = " ".repeat(shown && position ? String(position.line).length : 0);
  const bar = styled("blue", `${gutter} |`);
  if (shown && position) {
    const { source, marks } = shown;
    lines.push(
      `${gutter}${styled("blue", "-->")} ${file}:${position.line}:${position.column}`,
      bar,
      `${styled("blue", `${position.line} |`)} ${source}`.trimEnd(),
      `${bar} ${styled(colour, `${marks} ${pointer}`.trimEnd())}`,
    );
  }
  const notes = [
    ...(shown || pointer === "" ? [] : [`note: at ${pointer} in ${file}`]),
    ...(help === undefined ? [] : [`help: ${mask.text(help)}`]),
  ];
  if (notes.length > 0) {
    lines.push(bar, ...notes.map((note) => `${gutter} ${styled("blue", "=")} ${note}`));
  }
  return lines.join("\n");
}

/**
 * The line of a position, and marks that go under what is meant. Undefined for a place beyond the text.
 * @param {string} text
 * @param {Position} position
 */
function excerpt(text, { line: number, column, length }) {
  const whole = text.split(/\r?\n/)[number - 1];
  if (whole === undefined) {
    return undefined;
  }
  const characters = [...whole];
  const first = Math.min(column - 1, characters.length);
  const last = Math.min(first + length, characters.length);
  const from = characters.length > WIDTH ? Math.max(0, first - BEFORE) : 0;
  const to = Math.min(characters.length, from + WIDTH);
  const shown = (/** @type {number} */ start, /** @type {number} */ end) =>
    characters.slice(start, end).map(printable).join("");
  const [opening, closing] = [from > 0 ? "..." : "", to < characters.length ? "..." : ""];
  const before = stringWidth(opening + shown(from, first));
  const marked = Math.max(1, stringWidth(shown(first, Math.min(last, to))));
  return {
    source: opening + shown(from, to) + closing,
    marks: " ".repeat(before) + "^".repeat(marked),
  };
}

/**
 * What a terminal does not act on.
 * @param {string} character
 */
function printable(character) {
  if (character === "\t") {
    return TAB;
  }
  return /\p{Cc}|\p{Bidi_Control}/u.test(character) ? "\u{fffd}" : character;
}

/**
 * A finding for programs.
 * @param {FileFinding} finding
 * @param {Mask} mask
 */
export function findingToJson({ severity, code, pointer, position, message, help, file }, mask) {
  return {
    severity,
    code,
    pointer,
    position: position ?? null,
    message: mask.text(message),
    help: help === undefined ? null : mask.text(help),
    file,
  };
}
