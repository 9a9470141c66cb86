// What a publish would do, for people.

import { prose } from "./prose.js";

/** @import { Rehearsed } from "./rehearsal.js" */

/** What is shown instead of requests while something is wrong. */
const NOTHING = "Once nothing is wrong any more, the requests of a publish are listed here.";
/** What is shown at the end of a publish of nothing. */
const NONE = "There is nothing to publish.";

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
      return requestElement(step);
    case "pack":
      return element("p", "note", `Pack ${step.files.join(", ")} into one tar.gz`);
    case "end":
      return element("p", `note ${step.isPublished ? "end" : "failed"}`, ...prose(step.text || NONE));
  }
}

/** @param {Rehearsed & { tag: "request" }} request */
function requestElement({ purpose, lines, status }) {
  const summary = element(
    "summary",
    "",
    element("span", "purpose", purpose),
    element("span", "answer", `→ ${status}`),
  );
  const content = element("div", "content", element("pre", "", lines.map(readable).join("\n")));
  const details = /** @type {HTMLDetailsElement} */ (element("details", "request", summary, content));
  details.open = true;
  return details;
}

/**
 * A line of a request, with JSON on lines of its own.
 * @param {string} line
 */
function readable(line) {
  const text = line.replace(/^ *(> )?/, "");
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
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
