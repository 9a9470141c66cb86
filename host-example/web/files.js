// Files of an artifact that are only pretended: a browser sees none, and a rehearsal sends none.

/** @import { Tree } from "../node/src/files.js" */

/** How each gzip file begins (such a file is sent as it is), with 512 bytes that are not compressed (RFC 1951). */
const GZIP = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0, 0, 2, 0xff, 0xfd];
const GZIP_NAME = /\.(gz|tgz|box)$/;
/** Of a Vagrant box: its first member is so large that the component does not look behind it. */
const BOX = Uint8Array.of(...GZIP, ...tarHeader("disk", 0o77777777777));

/**
 * @param {string[]} files absolute paths
 * @returns {Tree}
 */
export function pretendedFiles(files) {
  const content = (/** @type {string} */ path) => (GZIP_NAME.test(path) ? BOX : new Uint8Array(1));
  const typeOf = (/** @type {string} */ path) => {
    if (files.includes(path)) {
      return "regular-file";
    }
    if (path !== "/" && !files.some((file) => file.startsWith(`${path}/`))) {
      throw "no-entry";
    }
    return "directory";
  };
  return {
    root: (directory) => directory,
    find: (root, path) => `${root}/${path}`.replace(/\/(\.?\/)*/g, "/").replace(/(?<=.)\/\.?$/, ""),
    stat: (path) => ({
      type: typeOf(path),
      linkCount: 1n,
      size: BigInt(typeOf(path) === "directory" ? 0 : content(path).length),
      dataModificationTimestamp: { seconds: 0n, nanoseconds: 0 },
      inode: BigInt(files.indexOf(path) + 1),
    }),
    list: () => [],
    readlink: () => {
      throw "invalid";
    },
    open: (path) => ({
      read: (offset, most) => content(path).slice(Number(offset), Number(offset) + most),
      close: () => {},
    }),
  };
}

/**
 * Of a member of a tar (POSIX.1-2017, pax, "ustar Interchange Format").
 * @param {string} name
 * @param {number} size
 */
function tarHeader(name, size) {
  const header = new Uint8Array(512);
  const write = (/** @type {number} */ at, /** @type {string} */ text) =>
    header.set(new TextEncoder().encode(text), at);
  write(0, name);
  write(124, size.toString(8));
  // The sum is that of the header with spaces in its own place.
  write(148, " ".repeat(8));
  write(148, header.reduce((sum, byte) => sum + byte).toString(8));
  return header;
}
