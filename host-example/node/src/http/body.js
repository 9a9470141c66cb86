// A request's body: nothing, some bytes, or a file that is read and hashed while it is sent.

import { createHash } from "node:crypto";
import { open, stat } from "node:fs/promises";
import { Readable } from "node:stream";

import { messageOf } from "../errors.js";

/**
 * @import { FileHandle } from "node:fs/promises"
 * @import { Body } from "../../component/interfaces/atlas-post-processor-publishing.js"
 * @import { Packed } from "../packing/spool.js"
 */

/** How much is read at once. Small enough for the progress of a slow connection to be seen. */
const CHUNK = 256 * 1024;

/** The file or archive can't be read (any more), or is not what it was. */
export class Unreadable extends Error {}

/** The body of one request. */
export class RequestBody {
  /** @type {Uint8Array | Readable | null} */
  content = null;
  /** How many bytes a file has; undefined for other bodies. @type {number | undefined} */
  size;
  /** SHA-256 of a file in hexadecimal, once all of it was read. @type {string | undefined} */
  sha256;
  /** Counts what moves on the connection: of this body, and of the answer. */
  moved = 0;
  /** @type {FileHandle | undefined} */
  #opened;

  /**
   * @param {Body} body
   * @param {Packed} [archive] what the body `archive` stands for
   */
  static async open(body, archive) {
    const opened = new RequestBody();
    if (body.tag === "bytes") {
      opened.content = body.val;
    } else if (body.tag === "file") {
      await opened.#openFile(body.val);
    } else if (body.tag === "archive") {
      if (!archive) {
        throw new Unreadable("there is no archive");
      }
      opened.#stream(archive.file, archive.size);
    }
    return opened;
  }

  /** @param {string} path */
  async #openFile(path) {
    let size;
    try {
      // Asked before it is opened: who opens a pipe may wait for ever.
      if (!(await stat(path)).isFile()) {
        throw new Error("it is no file");
      }
      this.#opened = await open(path);
      size = (await this.#opened.stat()).size;
    } catch (error) {
      throw new Unreadable(`${path}: ${messageOf(error)}`);
    }
    this.#stream(this.#opened, size);
  }

  /**
   * @param {FileHandle} file
   * @param {number} size
   */
  #stream(file, size) {
    this.size = size;
    this.content = Readable.from(this.#read(file, size), { objectMode: false });
  }

  /**
   * Exactly as many bytes as the file had when it was opened, or an `Unreadable`: whoever reads the
   * answer must not take a part for the whole.
   * @param {FileHandle} file
   * @param {number} size
   */
  async *#read(file, size) {
    const hash = createHash("sha256");
    let offset = 0;
    do {
      const chunk = await readAt(file, offset, CHUNK);
      const end = offset + chunk.length;
      // A file that shrank ends early, one that grew gives more than was announced.
      const asAnnounced =
        end < size ? chunk.length > 0 : end === size && (await readAt(file, end, 1)).length === 0;
      if (!asAnnounced) {
        throw new Unreadable("it changed its size while it was sent");
      }
      hash.update(chunk);
      if (end === size) {
        // Before the last of it is sent: the answer may come at once.
        this.sha256 = hash.digest("hex");
      }
      if (chunk.length > 0) {
        yield chunk;
      }
      offset = end;
      this.moved += chunk.length;
    } while (offset < size);
  }

  /** Nobody reads it any more. */
  async close() {
    await this.#opened?.close();
  }
}

/**
 * Reads from a place, which is said each time: the archive's file is shared with requests that were given up.
 * @param {FileHandle} file
 * @param {number} offset
 * @param {number} most
 */
async function readAt(file, offset, most) {
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(most), 0, most, offset);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw new Unreadable(messageOf(error));
  }
}
