// Files of WASI that can be read and nothing else.

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";

import { types } from "@bytecodealliance/preview2-shim/filesystem";

import { messageOf } from "./errors.js";
import { createFilesystem, Descriptor, DirectoryEntryStream, InputStream, IoError } from "./shim.js";

/**
 * @import { Descriptor as OpenFile, DescriptorFlags, OpenFlags, PathFlags } from "../component/interfaces/wasi-filesystem-types.js"
 * @import { Files } from "./sandbox.js"
 */

/** What in a request to open something would change it. */
const CHANGING_FLAGS = /** @type {const} */ (["create", "exclusive", "truncate"]);
const CHANGING_ACCESS = /** @type {const} */ (["write", "mutateDirectory"]);
/** What would change an open file or directory, or what is in it. */
const CHANGES = [
  "appendViaStream",
  "createDirectoryAt",
  "linkAt",
  "removeDirectoryAt",
  "renameAt",
  "setSize",
  "setTimes",
  "setTimesAt",
  "symlinkAt",
  "sync",
  "syncData",
  "unlinkFileAt",
  "write",
  "writeViaStream",
];

/** How much is read at once at most. */
const BUFFER = 256 * 1024;
const dispose = Symbol.dispose ?? Symbol.for("dispose");

/** Names that the shim takes for others: some that are no UTF-8, and on Unix, backslashes for slashes. */
const UNREACHABLE = process.platform === "win32" ? /\ufffd/ : /[\ufffd\\]/;

/** Where open files and directories are on this machine. @type {WeakMap<object, string>} */
const paths = new WeakMap();

function refuse() {
  // How WASI reports an error: the component gets this value.
  throw "read-only";
}

/**
 * A file or directory that can't be changed, nor what is in it. The shim's own descriptors are made such
 * ones: they know which paths lead out of a directory. Whatever is opened through one is one as well.
 */
class ReadOnlyDescriptor extends Descriptor {
  /**
   * @param {OpenFile} descriptor one of the shim's
   * @param {string} path where it is on this machine
   * @returns {ReadOnlyDescriptor} the same, read-only
   */
  static of(descriptor, path) {
    paths.set(descriptor, path);
    return Object.setPrototypeOf(descriptor, ReadOnlyDescriptor.prototype);
  }

  /**
   * @param {PathFlags} pathFlags
   * @param {string} path
   * @param {OpenFlags} openFlags
   * @param {DescriptorFlags} access
   */
  openAt(pathFlags, path, openFlags, access) {
    if (CHANGING_FLAGS.some((flag) => openFlags[flag]) || CHANGING_ACCESS.some((flag) => access[flag])) {
      refuse();
    }
    const opened = super.openAt(pathFlags, path, openFlags, access);
    return ReadOnlyDescriptor.of(opened, join(paths.get(this) ?? "", path));
  }

  /**
   * The shim's own streams move every byte through another thread, and leave twice the file as garbage.
   * @param {bigint} offset
   */
  readViaStream(offset) {
    return new FileInput(paths.get(this) ?? "", this.metadataHash().lower, offset);
  }

  readDirectory() {
    return Object.setPrototypeOf(super.readDirectory(), Listing.prototype);
  }

  /** A hint; the shim would load a native module for it. */
  advise() {}
}

for (const change of CHANGES) {
  Object.defineProperty(ReadOnlyDescriptor.prototype, change, { value: refuse });
}

/** What is in a directory. */
class Listing extends DirectoryEntryStream {
  readDirectoryEntry() {
    const entry = super.readDirectoryEntry();
    if (entry && UNREACHABLE.test(entry.name)) {
      throw "illegal-byte-sequence";
    }
    return entry;
  }
}

/** A file from some place on. */
class FileInput extends InputStream {
  /** The component takes a copy of what it gets, so that one buffer does for all. */
  static #buffer = new Uint8Array(BUFFER);

  #file;
  #offset;

  /**
   * @param {string} path
   * @param {bigint} inode that of the file that the sandbox allowed to open
   * @param {bigint} offset
   */
  constructor(path, inode, offset) {
    super();
    this.#file = openSync(path, "r");
    this.#offset = offset;
    if (fstatSync(this.#file, { bigint: true }).ino !== inode) {
      closeSync(this.#file);
      throw "no-entry";
    }
  }

  /** @param {bigint} length */
  read(length) {
    const most = Math.min(Number(length), BUFFER);
    let count;
    try {
      count = readSync(this.#file, FileInput.#buffer, 0, most, this.#offset);
    } catch (cause) {
      throw { tag: "last-operation-failed", val: new IoError(messageOf(cause)) };
    }
    if (count === 0 && most > 0) {
      throw { tag: "closed" };
    }
    this.#offset += BigInt(count);
    return FileInput.#buffer.subarray(0, count);
  }

  /** @param {bigint} length */
  blockingRead(length) {
    return this.read(length);
  }

  [dispose]() {
    closeSync(this.#file);
  }
}

/**
 * Lets a sandbox read these directories, under the same paths.
 * @param {string[]} directories absolute paths
 * @returns {Files}
 */
export function readOnly(directories) {
  const { preopens } = createFilesystem({
    preopens: Object.fromEntries(directories.map((path) => [path, path])),
  });
  const opened = preopens.getDirectories();
  return {
    types: { ...types, Descriptor: ReadOnlyDescriptor },
    preopens: {
      getDirectories: () => opened.map(([root, path]) => [ReadOnlyDescriptor.of(root, path), path]),
    },
  };
}
