// The file of a download, while it comes and when it is whole.

import { createHash } from "node:crypto";
import { ftruncateSync, writeSync } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { resolve } from "node:path";

import { FileFailed } from "./errors.js";
import { lock } from "./lock.js";
import { hashOf, tooShort } from "./reading.js";

/** @import { FileHandle } from "node:fs/promises" */

/**
 * The file of a download, for one download at a time. Until it is whole it stands beside its place, under a
 * name that nobody takes for the artifact's.
 */
export class DownloadFile {
  /** How many bytes there are of it. */
  size;
  /** Whether it is whole and in its place. */
  isWhole = false;
  /** Of its first bytes. */
  #hash = createHash("sha256");
  #hashed = 0;
  #path;
  #unlock;
  /** @type {FileHandle | undefined} */
  #handle;

  /**
   * @param {string} path
   * @param {number} size
   * @param {() => Promise<void>} unlock
   */
  constructor(path, size, unlock) {
    this.#path = path;
    this.size = size;
    this.#unlock = unlock;
  }

  /**
   * Locks it, until it is closed.
   * @param {string} path where it will be
   * @throws {FileFailed} `in-use` if another download holds it
   */
  static async open(path) {
    if ((await stat(path).catch(() => undefined))?.isDirectory()) {
      throw new FileFailed({ tag: "is-directory" });
    }
    const part = partOf(path);
    const unlock = await lock(`${part}.lock`);
    const left = await stat(part).catch(() => undefined);
    return new DownloadFile(resolve(path), left?.size ?? 0, unlock);
  }

  /**
   * Makes it ready for bytes from some place on. That can take a while: what is before them is read.
   * @param {number} offset
   * @param {AbortSignal} [signal] stops it
   */
  async prepare(offset, signal) {
    this.#handle ??= await open(partOf(this.#path), "a+");
    if (this.#hashed !== offset) {
      this.#hash = await hashOf(this.#handle, offset, signal);
      this.#hashed = offset;
    }
    this.size = (await this.#handle.stat()).size;
    if (this.size < offset) {
      throw tooShort();
    }
  }

  /**
   * Cuts off what is behind its first bytes, either none or those that it was prepared for.
   * @param {number} offset how many stay
   */
  cut(offset) {
    if (offset === 0) {
      this.#hash = createHash("sha256");
      this.#hashed = 0;
    }
    ftruncateSync(this.#prepared().fd, offset);
    this.size = offset;
  }

  /**
   * Adds bytes at its end, and comes back when they are written: more of them than the disk takes do not pile
   * up. (An answer that undici has to hold meanwhile loses its end if the server closes the connection.)
   * @param {Uint8Array} bytes
   */
  write(bytes) {
    for (let at = 0; at < bytes.length; ) {
      const written = writeSync(this.#prepared().fd, bytes, at);
      this.#hash.update(bytes.subarray(at, at + written));
      this.#hashed += written;
      this.size += written;
      at += written;
    }
  }

  /** SHA-256 of all of it, in hexadecimal. */
  sha256() {
    return this.#hash.copy().digest("hex");
  }

  /** Puts it in its place: it is whole. */
  async finish() {
    await this.#prepared().sync();
    await this.#release();
    await rename(partOf(this.#path), this.#path);
    this.isWhole = true;
  }

  /** Removes what there is of it. */
  async remove() {
    await this.#release();
    await rm(partOf(this.#path), { force: true });
    this.size = 0;
  }

  /** Lets others have it. */
  async close() {
    await this.#release();
    await this.#unlock();
  }

  #prepared() {
    return /** @type {FileHandle} */ (this.#handle);
  }

  async #release() {
    await this.#handle?.close();
    this.#handle = undefined;
  }
}

/** @param {string} path */
function partOf(path) {
  return `${resolve(path)}.part`;
}
