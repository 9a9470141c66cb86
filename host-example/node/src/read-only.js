// Files of WASI that can be read and nothing else.

import { createFilesystem, types } from "@bytecodealliance/preview2-shim/filesystem";
import { error, streams } from "@bytecodealliance/preview2-shim/io";

/**
 * @import { Descriptor, DescriptorFlags, OpenFlags, PathFlags } from "../component/interfaces/wasi-filesystem-types.js"
 * @import { Files } from "./sandbox.js"
 */

const refuse = () => {
  // How WASI reports an error: the component gets this value.
  throw "read-only";
};

/** What in a request to open something would change it. */
const CHANGING_FLAGS = /** @type {const} */ (["create", "exclusive", "truncate"]);
const CHANGING_ACCESS = /** @type {const} */ (["write", "mutateDirectory"]);

/**
 * A file or directory that can't be changed, nor what is in it. The shim's own descriptors are made
 * such ones: whatever is opened through one is one as well.
 */
export class ReadOnlyDescriptor extends types.Descriptor {
  /**
   * @template {Descriptor} T
   * @param {T} descriptor one of the shim's
   * @returns {T} the same, read-only
   */
  static of(descriptor) {
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
    return ReadOnlyDescriptor.of(super.openAt(pathFlags, path, openFlags, access));
  }

  /** @param {bigint} offset */
  readViaStream(offset) {
    return new FileInput(this, offset);
  }

  /** A hint that changes nothing; the shim would load a native module for it. */
  advise() {}

}

for (const change of [
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
]) {
  Object.defineProperty(ReadOnlyDescriptor.prototype, change, { value: refuse });
}

/** A file from some place on. The shim's own stream reads ahead, which is of no use to who seeks. */
class FileInput extends streams.InputStream {
  #file;
  #offset;

  /**
   * @param {ReadOnlyDescriptor} file
   * @param {bigint} offset
   */
  constructor(file, offset) {
    super();
    this.#file = file;
    this.#offset = offset;
  }

  /** @param {bigint} length */
  read(length) {
    const [bytes, atEnd] = this.#readAt(length);
    if (atEnd && length > 0n) {
      throw { tag: "closed" };
    }
    this.#offset += BigInt(bytes.length);
    return bytes;
  }

  /** @param {bigint} length */
  blockingRead(length) {
    return this.read(length);
  }

  /** @param {bigint} length */
  #readAt(length) {
    try {
      return this.#file.read(length, this.#offset);
    } catch (cause) {
      throw { tag: "last-operation-failed", val: new error.Error(String(cause)) };
    }
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
    "wasi:filesystem/types": { ...types, Descriptor: ReadOnlyDescriptor },
    "wasi:filesystem/preopens": {
      getDirectories: () => opened.map(([root, path]) => [ReadOnlyDescriptor.of(root), path]),
    },
  };
}
