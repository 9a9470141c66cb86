// The texts and variables that a command works with.

import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";

import { messageOf } from "../errors.js";

/** @import { Variables } from "./arguments.js" */

/**
 * A text that diagnostics can point into, and its name as people know it.
 * @typedef {{ name: string, text: string }} Document
 */

/** A file can't be used at all. */
export class UnusableFile extends Error {
  /**
   * @param {string} file
   * @param {string} code
   * @param {string} reason
   */
  constructor(file, code, reason) {
    super(`${file}: ${reason}`);
    this.file = file;
    this.code = code;
  }
}

/**
 * Reads a file, or the standard input for `-`.
 * @param {string} path
 * @returns {Promise<Document>}
 * @throws {UnusableFile}
 */
export async function readDocument(path) {
  const name = path === "-" ? "<stdin>" : path;
  let bytes;
  try {
    bytes = path === "-" ? await buffer(process.stdin) : await readFile(path);
  } catch (error) {
    throw new UnusableFile(name, "unreadable-file", messageOf(error));
  }
  try {
    return { name, text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    throw new UnusableFile(name, "unreadable-file", "it is no text in UTF-8");
  }
}

/**
 * The user variables, those given later over those given before.
 * @param {Variables[]} given
 * @returns {Promise<Record<string, string>>}
 * @throws {UnusableFile}
 */
export async function readVariables(given) {
  /** @type {Map<string, string>} */
  const variables = new Map();
  for (const source of given) {
    if ("file" in source) {
      for (const [name, value] of variablesOf(await readDocument(source.file))) {
        variables.set(name, value);
      }
    } else {
      variables.set(source.name, source.value);
    }
  }
  return Object.fromEntries(variables);
}

/**
 * @param {Document} document
 * @returns {[name: string, value: string][]}
 */
function variablesOf({ name: file, text }) {
  const parsed = parseJson(text);
  if (parsed === null || typeof parsed !== "object" || Array.isArray(parsed)) {
    throw new UnusableFile(file, "bad-variable-file", "this is no JSON object of strings");
  }
  const entries = Object.entries(parsed);
  const wrong = entries.filter(([, value]) => typeof value !== "string").map(([name]) => `\`${name}\``);
  if (wrong.length > 0) {
    throw new UnusableFile(file, "bad-variable-file", `not a string: ${wrong.join(", ")}`);
  }
  return entries;
}

/**
 * @param {string} text
 * @returns {unknown} undefined for what is no JSON: the parser's own words quote the text, and with it secrets
 */
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
