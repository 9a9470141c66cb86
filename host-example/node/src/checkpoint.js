// The file that keeps a publication's checkpoint.

import { open, readFile, rename, rm } from "node:fs/promises";

import { codeOf } from "./errors.js";

/**
 * A file that keeps a publication's checkpoint. It always holds a whole one, whenever the program or the
 * machine stops: each is written beside it, and then put in its place.
 */
export class CheckpointFile {
  #holds = "";

  /** @param {string} path the file, which need not be there yet */
  constructor(path) {
    this.path = path;
  }

  /** The checkpoint; undefined if there is no file, or an empty one: `mktemp` makes such. */
  async read() {
    try {
      return (await readFile(this.path, "utf8")) || undefined;
    } catch (error) {
      if (codeOf(error) === "ENOENT") {
        return undefined;
      }
      throw error;
    }
  }

  /**
   * Puts a checkpoint in place of the one before.
   * @param {string} checkpoint
   */
  async write(checkpoint) {
    if (checkpoint === this.#holds) {
      return;
    }
    const file = await open(this.#beside, "w");
    try {
      await file.writeFile(checkpoint);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(this.#beside, this.path);
    this.#holds = checkpoint;
  }

  /** Removes it: the publication is at its end. */
  async remove() {
    await rm(this.#beside, { force: true });
    await rm(this.path, { force: true });
  }

  get #beside() {
    return `${this.path}.new`;
  }
}
