// What is wrong, as a list below the text. Each leads to its place.

import { prose } from "./prose.js";

/**
 * @import { Finding } from "./check.js"
 * @import { Editor } from "./editor.js"
 */

/**
 * @param {HTMLElement} list
 * @param {Finding[]} findings
 * @param {Editor} editor
 */
export function showFindings(list, findings, editor) {
  const items = findings.map((finding) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "finding";
    const { position, severity, message, help } = finding;
    const place = position ? `${position.line}:${position.column}` : "";
    button.append(text("place", place), text(`message ${severity}`, message));
    if (help !== null) {
      button.append(text("help", help));
    }
    button.addEventListener("click", () => editor.reveal(finding));
    item.append(button);
    return item;
  });
  list.replaceChildren(...items);
}

/**
 * @param {string} className
 * @param {string} content
 */
function text(className, content) {
  const element = document.createElement("span");
  element.className = className;
  element.append(...prose(content));
  return element;
}
