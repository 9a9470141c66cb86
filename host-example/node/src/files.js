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
  const directories = new Set();
  for (const file of files) {
    for (const directory of await directoriesTo(file)) {
      directories.add(directory);
    }
  }
  return [...directories].sort();
}

/** @param {string} file */
async function directoriesTo(file) {
  const passed = [];
  let path = file;
  for (let links = 0; links < MOST_LINKS; links++) {
    const target = await readlink(path).catch(() => undefined);
    if (target === undefined && (await isDirectory(path))) {
      passed.push(path);
      break;
    }
    passed.push(dirname(path));
    if (target === undefined) {
      break;
    }
    path = resolve(dirname(path), target);
  }
  const directories = await Promise.all(
    passed.map(async (directory) => ((await isDirectory(directory)) ? directory : [])),
  );
  return directories.flat();
}

/** @param {string} path */
async function isDirectory(path) {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isDirectory() ?? false;
}
