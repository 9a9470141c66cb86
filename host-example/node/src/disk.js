// The files of this machine, for `files.js`.

import * as fs from "node:fs";
import { basename, dirname, isAbsolute, join, sep } from "node:path";

import { codeOf } from "./errors.js";

/**
 * @import { DescriptorType } from "../component/interfaces/wasi-filesystem-types.js"
 * @import { Tree } from "./files.js"
 */

/** @type {Record<string, string>} */
const ERRORS = {
  EACCES: "access",
  ELOOP: "loop",
  ENAMETOOLONG: "name-too-long",
  ENOENT: "no-entry",
  ENOTDIR: "not-directory",
  EPERM: "not-permitted",
};
const SECOND = 1_000_000_000n;
/** What takes the place of bytes in a name that are no UTF-8. */
const UNREADABLE = "\ufffd";
/** Whoever reads takes a copy, so that one buffer does for all. */
const buffer = new Uint8Array(256 * 1024);

/** @type {Tree} */
export const disk = {
  root: (directory) => attempt(() => fs.realpathSync.native(directory)),

  find(root, path, follow) {
    const target = join(root, path);
    const found = attempt(() =>
      follow || target === root
        ? fs.realpathSync.native(target)
        : join(fs.realpathSync.native(dirname(target)), basename(target)),
    );
    if (found !== root && !found.startsWith(root.endsWith(sep) ? root : root + sep)) {
      throw "not-permitted";
    }
    return found;
  },

  stat(path) {
    const stats = attempt(() => fs.lstatSync(path, { bigint: true }));
    const { nlink: linkCount, size, ino: inode, mtimeNs } = stats;
    const written = { seconds: mtimeNs / SECOND, nanoseconds: Number(mtimeNs % SECOND) };
    return { type: typeOf(stats), linkCount, size, dataModificationTimestamp: written, inode };
  },

  list(path) {
    return attempt(() => fs.readdirSync(path, { withFileTypes: true })).map((entry) => {
      if (entry.name.includes(UNREADABLE)) {
        throw "illegal-byte-sequence";
      }
      return { name: entry.name, type: typeOf(entry) };
    });
  },

  readlink(path) {
    const target = attempt(() => fs.readlinkSync(path));
    // What a link says of the rest of the machine is no guest's business.
    if (isAbsolute(target)) {
      throw "not-permitted";
    }
    return target;
  },

  open(path, inode) {
    const file = attempt(() => fs.openSync(path, "r"));
    if (fs.fstatSync(file, { bigint: true }).ino !== inode) {
      fs.closeSync(file);
      throw "no-entry";
    }
    return {
      read: (offset, most) =>
        buffer.subarray(0, fs.readSync(file, buffer, 0, Math.min(most, buffer.length), offset)),
      close: () => fs.closeSync(file),
    };
  },
};

/**
 * @template T
 * @param {() => T} work
 */
function attempt(work) {
  try {
    return work();
  } catch (error) {
    throw ERRORS[codeOf(error) ?? ""] ?? "io";
  }
}

/**
 * @param {fs.BigIntStats | fs.Dirent} entry
 * @returns {DescriptorType}
 */
function typeOf(entry) {
  if (entry.isFile()) {
    return "regular-file";
  }
  if (entry.isDirectory()) {
    return "directory";
  }
  return entry.isSymbolicLink() ? "symbolic-link" : "unknown";
}
