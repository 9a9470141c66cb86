// JSON in colours, with marks under what findings are about.

import { prose } from "./prose.js";

/** @import { Finding } from "./check.js" */

/** Pieces of JSON, whole or broken: keys, strings, numbers and names, marks. */
const PIECES =
  /(?<key>"(?:\\.|[^"\\\n])*"(?=\s*:))|(?<string>"(?:\\.|[^"\\\n])*"?)|(?<number>[\w.+-]+)|(?<mark>[{}[\],:])/g;
/** What a template does inside of a string. */
const ACTION = /\{\{.*?\}\}/g;

/**
 * The class of each UTF-16 unit of a line.
 * @param {string} line
 */
function classesOf(line) {
  /** @type {string[]} */
  const classes = new Array(line.length).fill("");
  for (const match of line.matchAll(PIECES)) {
    const [name] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) ?? [""];
    classes.fill(`t-${name}`, match.index, match.index + match[0].length);
    for (const action of name === "string" ? match[0].matchAll(ACTION) : []) {
      const start = match.index + action.index;
      classes.fill("t-action", start, start + action[0].length);
    }
  }
  return classes;
}

/**
 * Where a column, counted in Unicode scalar values from 1, is in a line.
 * @param {string} line
 * @param {number} column
 */
export function offsetOf(line, column) {
  return [...line].slice(0, column - 1).join("").length;
}

/**
 * A line of the template as elements.
 * @param {string} line
 * @param {Finding[]} findings those that are about it
 * @returns {Node[]}
 */
export function highlighted(line, findings) {
  const classes = classesOf(line);
  for (const { position, severity } of findings) {
    if (position) {
      const start = offsetOf(line, position.column);
      const end = Math.max(start + 1, offsetOf(line, position.column + position.length));
      for (let index = start; index < end && index < line.length; index++) {
        classes[index] += ` wavy ${severity}`;
      }
    }
  }
  const nodes = [];
  for (let start = 0; start < line.length; ) {
    let end = start + 1;
    while (end < line.length && classes[end] === classes[start]) {
      end++;
    }
    nodes.push(span(classes[start], line.slice(start, end)));
    start = end;
  }
  const [first, ...others] = findings;
  if (first) {
    const more = others.length > 0 ? ` (and ${others.length} more)` : "";
    nodes.push(span(`lens ${first.severity}`, ...prose(first.message), more));
  }
  return nodes;
}

/**
 * @param {string} classes
 * @param {(Node | string)[]} content
 */
function span(classes, ...content) {
  const element = document.createElement("span");
  element.className = classes;
  element.append(...content);
  return element;
}
