// Bytes of a file, in pieces.

import { createHash } from "node:crypto";

import { FileFailed, onFile } from "./errors.js";

/** @import { FileHandle } from "node:fs/promises" */

/** How much is read at once: what a slow connection moves of it is to be seen before it seems idle. */
export const CHUNK = 64 * 1024;

/**
 * Exactly these bytes of a file: whoever gets them must not take a part for the whole. The place is said each
 * time, as the archive's file is shared with requests that were given up.
 * @param {FileHandle} file
 * @param {number} start
 * @param {number} end
 */
export async function* read(file, start, end) {
  for (let at = start; at < end; ) {
    const most = Math.min(CHUNK, end - at);
    const { buffer, bytesRead } = await onFile(file.read(Buffer.allocUnsafe(most), 0, most, at));
    if (bytesRead === 0) {
      throw tooShort();
    }
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/**
 * The SHA-256, to be gone on with, of the first bytes of a file.
 * @param {FileHandle} file
 * @param {number} end
 * @param {AbortSignal} [signal] stops it
 */
export async function hashOf(file, end, signal) {
  const hash = createHash("sha256");
  for await (const chunk of read(file, 0, end)) {
    signal?.throwIfAborted();
    hash.update(chunk);
  }
  return hash;
}

/** A file has fewer bytes than are needed of it. */
export function tooShort() {
  return new FileFailed({ tag: "other", val: "it ends too early" });
}
