// The files of WASI, for reading and nothing else, in some tree of files. The web page uses them as well.

/**
 * @import { Descriptor as Contract, DescriptorStat, DirectoryEntry } from "../component/interfaces/wasi-filesystem-types.js"
 */

/**
 * What files there are. Each function throws one of WASI's names for errors.
 * @typedef {object} Tree
 * @property {(directory: string) => string} root where a directory really is
 * @property {(root: string, path: string, follow: boolean) => string} find where a path below a directory leads
 *   to; a symbolic link at its end is followed or not, and none leads out of the directory
 * @property {(path: string) => DescriptorStat & { inode: bigint }} stat does not follow
 * @property {(path: string) => DirectoryEntry[]} list what is in a directory
 * @property {(path: string) => string} readlink
 * @property {(path: string, inode: bigint) => { read: (offset: bigint, most: number) => Uint8Array, close: () => void }} open
 *   for reading, if it still is that file
 */

/** How much is read at once at most. */
const BUFFER = 256 * 1024;

class Descriptor {}
class DirectoryEntryStream {}

/**
 * An open file or directory.
 * @param {Tree} tree
 * @param {string} path
 */
function open(tree, path) {
  const { inode } = tree.stat(path);
  /** @type {(path: string, follow?: boolean) => string} */
  const find = (relative, follow = false) => {
    let depth = relative.startsWith("/") ? -1 : 0;
    for (const name of relative.split("/")) {
      depth += name === ".." ? -1 : Number(name !== "" && name !== ".");
      if (depth < 0) {
        throw "not-permitted";
      }
    }
    return tree.find(path, relative, follow);
  };
  /** @type {Omit<Contract, "openAt"> & { openAt: (...args: Parameters<Contract["openAt"]>) => object }} */
  const functions = {
    openAt({ symlinkFollow }, relative, { create, exclusive, truncate, directory }, access) {
      if (create || exclusive || truncate || access.write || access.mutateDirectory) {
        throw "read-only";
      }
      const found = find(relative, symlinkFollow);
      const { type } = tree.stat(found);
      if (type !== "directory" && (directory || type !== "regular-file")) {
        throw directory ? "not-directory" : "unsupported";
      }
      return open(tree, found);
    },
    read: (most, offset) => readOf(tree.open(path, inode), most, offset),
    readDirectory() {
      const entries = tree.list(path).values();
      return Object.assign(new DirectoryEntryStream(), { readDirectoryEntry: () => entries.next().value });
    },
    stat: () => tree.stat(path),
    statAt: ({ symlinkFollow }, relative) => tree.stat(find(relative, symlinkFollow)),
    readlinkAt: (relative) => tree.readlink(find(relative)),
  };
  return Object.assign(new Descriptor(), functions);
}

/**
 * Bytes of a file from some place on, and whether it ends before them.
 * @param {ReturnType<Tree["open"]>} file
 * @param {bigint} most
 * @param {bigint} offset
 * @returns {[Uint8Array, boolean]}
 */
function readOf(file, most, offset) {
  try {
    const bytes = file.read(offset, Math.min(Number(most), BUFFER));
    return [bytes, bytes.length === 0 && most > 0n];
  } catch {
    throw "io";
  } finally {
    file.close();
  }
}

/**
 * The interfaces of WASI that let a guest read these directories of a tree, under the same paths.
 * @param {Tree} tree
 * @param {string[]} directories absolute paths
 */
export function filesIn(tree, directories) {
  const opened = directories.map((path) => [open(tree, tree.root(path)), path]);
  return { types: { Descriptor, DirectoryEntryStream }, preopens: { getDirectories: () => opened } };
}
