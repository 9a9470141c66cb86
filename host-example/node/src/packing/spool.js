// Where an archive is kept until it is uploaded.

import { randomUUID } from "node:crypto";
import { open, unlink } from "node:fs/promises";
import { join } from "node:path";

import { codeOf, messageOf, PackingError } from "../errors.js";

/** @import { FileHandle } from "node:fs/promises" */

/**
 * An archive, ready to be uploaded. Its file has no name, and is gone once it is closed.
 * @typedef {{ file: FileHandle, size: number }} Packed
 */

/** A file without a name: it is gone when it is closed, however the program ends. */
export class Spool {
  #file;
  #directory;
  #size = 0;

  /**
   * @param {FileHandle} file
   * @param {string} directory
   */
  constructor(file, directory) {
    this.#file = file;
    this.#directory = directory;
  }

  /**
   * A new one in that directory.
   * @param {string} directory
   */
  static async create(directory) {
    const path = join(directory, `.atlas-${randomUUID()}`);
    try {
      const file = await open(path, "wx+", 0o600);
      await unlink(path);
      return new Spool(file, directory);
    } catch (error) {
      throw unusable(directory, "can't be written to", error);
    }
  }

  /**
   * Adds bytes at the end.
   * @param {Uint8Array} bytes
   */
  async write(bytes) {
    try {
      await this.#file.appendFile(bytes);
      this.#size += bytes.length;
    } catch (error) {
      const full = ["ENOSPC", "EDQUOT"].includes(codeOf(error) ?? "");
      throw unusable(this.#directory, full ? "has no room for the archive" : "can't be written to", error);
    }
  }

  /** @returns {Packed} what was written */
  finish() {
    return { file: this.#file, size: this.#size };
  }

  /** Drops what was written. */
  async discard() {
    await this.#file.close();
  }
}

/**
 * @param {string} directory
 * @param {string} what
 * @param {unknown} error
 */
function unusable(directory, what, error) {
  return new PackingError(
    `the spool directory ${directory} ${what} (${messageOf(error)}); choose another one`,
  );
}
