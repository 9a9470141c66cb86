// A request's body while it is sent: nothing, some bytes, or bytes of a file that are read and hashed.

import { open, stat } from "node:fs/promises";

import { FileFailed, onFile } from "../errors.js";
import { CHUNK, hashOf, read, tooShort } from "../reading.js";

/**
 * @import { FileHandle } from "node:fs/promises"
 * @import { Body } from "../../component/interfaces/atlas-post-processor-http.js"
 * @import { Packed } from "../packing/pack.js"
 */

/** The body of one request. */
export class RequestBody {
  /** How many bytes are sent so far. */
  sent = 0;
  /** How many there are. */
  length = 0;
  /** Where they begin in their source, and how many bytes that has. */
  start = 0;
  total = 0;
  /** The bytes, to be read once; null if there is no body. @type {AsyncIterable<Uint8Array> | null} */
  content = null;
  /** @type {import("node:crypto").Hash | undefined} */
  #hash;
  /** @type {FileHandle | undefined} */
  #opened;

  /**
   * @param {Body} body
   * @param {Packed} [archive] what the source `archive` stands for
   * @param {AbortSignal} [signal] stops it
   * @throws {FileFailed} if it can't be read
   */
  async open(body, archive, signal) {
    if (body.tag === "bytes") {
      this.length = body.val.length;
      this.content = this.#counted(inChunks(body.val));
    } else if (body.tag === "range") {
      const { source, offset, length } = body.val;
      const file = source.tag === "file" ? await this.#openFile(source.val) : archive?.file;
      this.start = Number(offset);
      this.length = Number(length);
      const end = this.start + this.length;
      this.total = file ? (await file.stat()).size : 0;
      if (!file || this.total < end) {
        throw tooShort();
      }
      // What is told is the hash of all of it, once its end is sent.
      this.#hash = this.total === end ? await hashOf(file, this.start, signal) : undefined;
      this.content = this.#counted(read(file, this.start, end));
    }
  }

  /** @param {string} path */
  async #openFile(path) {
    // Asked before it is opened: who opens a pipe may wait for ever.
    const stats = await onFile(stat(path));
    if (!stats.isFile()) {
      throw new FileFailed(
        stats.isDirectory() ? { tag: "is-directory" } : { tag: "other", val: "not a file" },
      );
    }
    this.#opened = await onFile(open(path));
    return this.#opened;
  }

  /**
   * Counts what was taken: a chunk is, once the next one is asked for.
   * @param {AsyncIterable<Uint8Array> | Iterable<Uint8Array>} chunks
   */
  async *#counted(chunks) {
    for await (const chunk of chunks) {
      this.#hash?.update(chunk);
      yield chunk;
      this.sent += chunk.length;
    }
  }

  /** SHA-256 in hexadecimal of a whole file whose end was sent. To be asked for once. */
  sha256() {
    return this.sent === this.length ? this.#hash?.digest("hex") : undefined;
  }

  /** Nobody reads it any more. */
  async close() {
    await this.#opened?.close();
  }
}

/** @param {Uint8Array} bytes */
function* inChunks(bytes) {
  for (let at = 0; at < bytes.length; at += CHUNK) {
    yield bytes.subarray(at, at + CHUNK);
  }
}
