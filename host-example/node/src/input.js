// Texts that are read for the component, as bytes: what is wrong with them is the component's to say.

import { createReadStream } from "node:fs";
import { buffer } from "node:stream/consumers";

import { fileErrorOf } from "./errors.js";

/**
 * @import { FileError, Source } from "../component/interfaces/atlas-post-processor-types.js"
 * @typedef {{ source: Source, name: string, text: Uint8Array, error?: FileError }} Document with the name that
 *   people know it by; if it can't be used, why
 */

/**
 * Takes an input: the path of a file, the bytes themselves, or an object that stands for its JSON.
 * @param {Source} source
 * @param {string | Uint8Array | object} given
 * @param {number} limit how many bytes of a file are read: no more than shows that it is too large
 * @returns {Promise<Document>}
 */
export async function readDocument(source, given, limit) {
  if (typeof given !== "string") {
    const text = given instanceof Uint8Array ? given : Buffer.from(JSON.stringify(given));
    return { source, name: `<${source}>`, text };
  }
  try {
    return { source, name: given, text: await buffer(createReadStream(given, { end: limit - 1 })) };
  } catch (error) {
    return unusable(source, given, error);
  }
}

/**
 * @param {Source} source
 * @param {string} name
 * @param {unknown} error
 * @returns {Document}
 */
export function unusable(source, name, error) {
  return { source, name, text: new Uint8Array(), error: fileErrorOf(error) };
}
