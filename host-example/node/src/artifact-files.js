// The files of an artifact: their paths, and the directories that the component must see to read them.

import { readlink, realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** How many links may follow each other. Linux gives up at 40 as well. */
const MOST_LINKS = 40;

/**
 * Makes paths what they are for the guest: absolute. A single one that is a symbolic link goes by what
 * it leads to, wherever that is; of several, each goes by its own name. What does not exist stays as it
 * is, for the component to name.
 * @param {string[]} files
 * @param {string} workingDirectory
 */
export async function resolveFiles(files, workingDirectory) {
  const absolute = files.map((file) => resolve(workingDirectory, file));
  const [only] = absolute;
  if (only === undefined || absolute.length > 1) {
    return absolute;
  }
  return [await realpath(only).catch(() => only)];
}

/**
 * The directories that the files are in, and those that symbolic links among the files lead to.
 * @param {string[]} files absolute paths
 */
export async function directoriesOf(files) {
  /** @type {Set<string>} */
  const passed = new Set();
  for (let path of files) {
    for (let links = 0; links < MOST_LINKS; links++) {
      const target = await readlink(path).catch(() => undefined);
      const isPlain = target === undefined;
      passed.add(isPlain && (await isDirectory(path)) ? path : dirname(path));
      if (isPlain) {
        break;
      }
      path = resolve(dirname(path), target);
    }
  }
  const directories = [];
  for (const path of [...passed].sort()) {
    if (await isDirectory(path)) {
      directories.push(path);
    }
  }
  return directories;
}

/** @param {string} path */
async function isDirectory(path) {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isDirectory() ?? false;
}
