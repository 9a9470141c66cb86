// Files of an artifact that are only pretended: a browser sees none, and a rehearsal sends none.

import {
  createFilesystem,
  InMemoryFilesystemAdapter,
  types,
} from "@bytecodealliance/preview2-shim/filesystem";

/** @import { Files } from "../node/src/sandbox.js" */

/** How each gzip file begins: such a file is sent as it is. */
const GZIP = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);
const GZIP_NAME = /\.(gz|tgz|box)$/;

/**
 * @param {string[]} paths absolute ones
 * @returns {Files}
 */
export function pretendedFiles(paths) {
  /** @type {{ dir: Record<string, any> }} */
  const root = { dir: {} };
  for (const path of paths) {
    const names = path.split("/").filter(Boolean);
    const name = names.pop();
    let { dir } = root;
    for (const directory of names) {
      dir[directory] ??= { dir: {} };
      dir = dir[directory].dir ?? {};
    }
    if (name !== undefined) {
      dir[name] ??= { source: GZIP_NAME.test(name) ? GZIP : new Uint8Array(1) };
    }
  }
  const { preopens } = createFilesystem({
    adapter: new InMemoryFilesystemAdapter(),
    preopens: { "/": root },
  });
  return { types, preopens };
}
