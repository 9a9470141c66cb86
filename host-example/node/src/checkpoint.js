// The file that keeps the checkpoint of a publication or a download.

import { rename, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";

import { readDocument } from "./input.js";
import { lock } from "./lock.js";

/**
 * A file that keeps a checkpoint, for one publication or download at a time. It always holds a whole one,
 * whenever the program or the machine stops: each is written beside it, and then put in its place.
 */
export class CheckpointFile {
  /** The checkpoint in it, once it was read or written; empty if there is nothing to go on with. */
  holds = "";
  #unlock;

  /**
   * @param {string} path
   * @param {() => Promise<void>} unlock
   */
  constructor(path, unlock) {
    this.path = path;
    this.#unlock = unlock;
  }

  /**
   * Locks it, until it is closed.
   * @param {string} path the file, which need not be there yet
   * @throws {import("./errors.js").FileFailed} `in-use` if somebody else holds it
   */
  static async open(path) {
    return new CheckpointFile(path, await lock(`${resolve(path)}.lock`));
  }

  /**
   * What it holds; undefined if there is no file.
   * @param {number} limit how many bytes are read at most
   */
  async read(limit) {
    const document = await readDocument("checkpoint", this.path, limit);
    this.holds = Buffer.from(document.text).toString();
    return document.error?.tag === "not-found" ? undefined : document;
  }

  /**
   * Puts a checkpoint in place of the one before. Of an empty one, nothing is kept.
   * @param {string} checkpoint
   */
  async write(checkpoint) {
    if (checkpoint === this.holds) {
      return;
    }
    if (checkpoint === "") {
      return this.remove();
    }
    try {
      await writeFile(this.#beside, checkpoint, { flush: true });
      await rename(this.#beside, this.path);
    } catch (error) {
      await rm(this.#beside, { force: true }).catch(() => {});
      throw error;
    }
    this.holds = checkpoint;
  }

  /** Removes it: there is nothing to go on with any more. */
  async remove() {
    await rm(this.#beside, { force: true });
    await rm(this.path, { force: true });
    this.holds = "";
  }

  /** Lets others have it. */
  async close() {
    await this.#unlock();
  }

  get #beside() {
    return `${this.path}.new`;
  }
}
