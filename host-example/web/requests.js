// What a publish would do, for people.

import { REDACTED } from "../node/src/redaction.js";
import { prose } from "./prose.js";

/**
 * @import { ShownRequest } from "../node/src/redaction.js"
 * @import { Rehearsed } from "./rehearsal.js"
 */

/** What is shown instead of requests while something is wrong. */
const NOTHING = "Once nothing is wrong any more, the requests of a publish are listed here.";

/**
 * @param {HTMLElement} list
 * @param {Rehearsed[]} rehearsal
 */
export function showRequests(list, rehearsal) {
  const steps = rehearsal.map((step) => element("li", "", shown(step)));
  list.replaceChildren(...(steps.length > 0 ? steps : [element("li", "note", NOTHING)]));
}

/** @param {Rehearsed} step */
function shown(step) {
  switch (step.tag) {
    case "request":
      return requestElement(step.request, step.status);
    case "pack":
      return element("p", "note", `Pack ${step.files.join(", ")} into one tar.gz`);
    case "done": {
      const published = step.receipts.join(", ");
      return element(
        "p",
        "note end",
        published ? `Published: ${published}` : "There is nothing to publish.",
      );
    }
    case "failed":
      return element("p", "note failed", ...prose(step.message));
  }
}

/**
 * @param {ShownRequest} request
 * @param {number} status
 */
function requestElement({ purpose, method, url, headers, json, file, archive }, status) {
  const line = element("span", "line", element("span", "method", method), " ", ...breakable(url));
  const summary = element(
    "summary",
    "",
    element("span", "purpose", purpose),
    element("span", "answer", `→ ${status}`),
    line,
  );
  const names = headers.flatMap(({ name, value }) => [
    element("dt", "", name),
    element("dd", "", ...masked(value)),
  ]);
  const content = element("div", "content", element("dl", "headers", ...names));
  if (json !== undefined) {
    content.append(element("pre", "", JSON.stringify(json, null, 2)));
  } else if (file !== undefined) {
    content.append(element("pre", "", `the file ${file}`));
  } else if (archive) {
    content.append(element("pre", "", "the archive"));
  }
  const details = /** @type {HTMLDetailsElement} */ (element("details", "request", summary, content));
  details.open = true;
  return details;
}

/**
 * A URL that may be broken after each of its parts.
 * @param {string} url
 */
function breakable(url) {
  const parts = url.split(/(?<=[/?&])/);
  return parts.flatMap((part) => [...masked(part), document.createElement("wbr")]);
}

/**
 * A text in which what is kept secret stands out.
 * @param {string} text
 */
function masked(text) {
  return text
    .split(REDACTED)
    .flatMap((part, index) => (index === 0 ? [part] : [element("span", "secret", "secret"), part]));
}

/**
 * @param {string} name
 * @param {string} className
 * @param {(Node | string)[]} children
 */
function element(name, className, ...children) {
  const made = document.createElement(name);
  made.className = className;
  made.append(...children);
  return made;
}
