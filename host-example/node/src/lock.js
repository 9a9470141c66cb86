// A lock on a file that several processes may want to write: another file beside it, with the id of the
// process that holds it. Programs that are not on Node.js lock that file with flock(2) and write into it as
// well; Node.js has no flock, so that it goes by the process.

import { readFile, rm, stat, writeFile } from "node:fs/promises";

import { codeOf, FileFailed } from "./errors.js";

/** How old, in milliseconds, a lock without an id can be that somebody is just writing. */
const NEWBORN = 2000;

/** Locks that this process holds: what has its id is not always of this process. @type {Set<string>} */
const held = new Set();

/**
 * Takes the lock.
 * @param {string} path of the lock
 * @returns {Promise<() => Promise<void>>} gives it back
 * @throws {FileFailed} `in-use` if another one holds it
 */
export async function lock(path) {
  if (!held.has(path)) {
    held.add(path);
    try {
      if ((await create(path)) || (await replace(path))) {
        return async () => {
          await rm(path, { force: true });
          held.delete(path);
        };
      }
    } catch (error) {
      held.delete(path);
      throw error;
    }
    held.delete(path);
  }
  throw new FileFailed({ tag: "in-use" });
}

/**
 * Makes the lock, if there is none.
 * @param {string} path
 */
async function create(path) {
  try {
    await writeFile(path, `pid ${process.pid}\n`, { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") {
      await rm(path, { force: true }).catch(() => {});
      throw error;
    }
    return false;
  }
}

/**
 * Takes the place of a lock whose holder is gone. Only one may do that at a time: a second one would remove
 * the new lock of the first. So that it needs a lock of its own, which can have been left as well.
 * @param {string} path
 */
async function replace(path) {
  if (await isHeld(path)) {
    return false;
  }
  const unlock = await lock(`${path}.old`);
  try {
    if (await isHeld(path)) {
      return false;
    }
    await rm(path, { force: true });
    return await create(path);
  } finally {
    await unlock();
  }
}

/**
 * Whether somebody holds a lock; nobody does if it is not there any more.
 * @param {string} path
 */
async function isHeld(path) {
  try {
    const id = Number(/^(?:pid|flock) (\d+)\n/.exec(await readFile(path, "utf8"))?.[1]);
    if (Number.isNaN(id)) {
      return Date.now() - (await stat(path)).mtimeMs < NEWBORN;
    }
    // In a container, an earlier run can have had the same id.
    return id !== process.pid && isAlive(id);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") {
      throw error;
    }
    return false;
  }
}

/** @param {number} id */
function isAlive(id) {
  try {
    return process.kill(id, 0);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}
