// Makes the archive of a `pack` step, on all cores.
//
// Every worker has an instance of its own, plans the same archive, and makes blocks of it, one after the
// other in the order of a common counter. The blocks are written in their order.

import { randomUUID } from "node:crypto";
import { addAbortListener } from "node:events";
import { open, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { MessageChannel } from "node:worker_threads";

import { Component, PACKING_LIMIT } from "../component.js";
import { onFile } from "../errors.js";

/**
 * @import { FileHandle } from "node:fs/promises"
 * @import { Archive, Block } from "../../component/interfaces/atlas-post-processor-packing.js"
 * @import { Remote } from "../component.js"
 *
 * @typedef {object} Packing how to pack
 * @property {number} level the compression level, 0 (stored) to 9 (smallest)
 * @property {string} spool the directory that the archive is kept in until it is uploaded
 * @property {number} workers how many threads make blocks
 * @property {string[]} directories what the component may read
 * @property {URL} [component] what `npm run build` made of the component
 *
 * @typedef {{ file: FileHandle, size: number }} Packed an archive; its file has no name, and is gone once it is
 *   closed
 */

/** How far, in blocks a worker, the workers may be ahead of what is written. */
const AHEAD = 2;

/**
 * Makes the archive of these files.
 * @param {string[]} files
 * @param {Packing} packing
 * @param {(bytes: number, of: number) => void} onProgress so much of the files is packed
 * @param {AbortSignal} [signal] stops it at once
 * @returns {Promise<Packed>}
 * @throws {import("../errors.js").Refusal} if a file stands in the way
 * @throws {import("../errors.js").FileFailed} if the archive can't be kept
 */
export async function pack(files, packing, onProgress, signal) {
  const file = await onFile(spoolIn(packing.spool));
  /** @type {Promise<Component>[]} */
  const components = [];
  const stop = () => Promise.allSettled(components.map(async (component) => (await component).stop()));
  const start = () => {
    const starting = Component.start(packing.component, PACKING_LIMIT);
    components.push(starting);
    return plan(starting, files, packing);
  };
  const listening = signal && addAbortListener(signal, stop);
  try {
    return { file, size: await make(start, packing.workers, file, onProgress) };
  } catch (error) {
    await file.close();
    signal?.throwIfAborted();
    throw error;
  } finally {
    listening?.[Symbol.dispose]();
    await stop();
  }
}

/**
 * A file without a name: it is gone when it is closed, however the program ends.
 * @param {string} directory
 */
async function spoolIn(directory) {
  const path = join(directory, `.atlas-${randomUUID()}`);
  const file = await open(path, "wx+", 0o600);
  await unlink(path);
  return file;
}

/**
 * @param {Promise<Component>} starting
 * @param {string[]} files
 * @param {Packing} packing
 */
async function plan(starting, files, { directories, level }) {
  const { packing } = await (await starting).instantiate({ directories });
  const archive = await packing.Archive.plan(files, level);
  if (process.platform !== "win32") {
    const permissions = await Promise.all((await archive.sources()).map(permissionsOf));
    await archive.setPermissions(Uint32Array.from(permissions));
  }
  return archive;
}

/**
 * Permission bits of a file. One that is gone by now is found by the component.
 * @param {string} path
 */
async function permissionsOf(path) {
  const stats = await stat(path).catch(() => undefined);
  return stats ? stats.mode & 0o7777 : 0o644;
}

/**
 * Makes all blocks and the trailer, and writes them; gives how many bytes they are.
 * @param {() => Promise<Remote<Archive>>} start one more worker, which has planned the archive
 * @param {number} most how many workers there may be
 * @param {FileHandle} file
 * @param {(bytes: number, of: number) => void} onProgress
 */
async function make(start, most, file, onProgress) {
  const planned = await start();
  const [blocks, size] = [await planned.blocks(), Number(await planned.size())];
  const fingerprint = await planned.fingerprint();
  /** @type {[crc32: number, length: bigint][]} */
  const sums = [];
  let made = 0;
  let packed = 0;
  let next = 0;
  /** Ends when all blocks so far are written. @type {Promise<void>} */
  let written = Promise.resolve();

  /** @param {Block} block */
  const write = async ({ data, crc32, length }) => {
    await onFile(file.appendFile(data));
    made += data.length;
    release(data);
    sums.push([crc32, length]);
  };

  /** @param {Remote<Archive>} archive */
  const work = async (archive) => {
    const unwritten = [];
    while (next < blocks) {
      const making = archive.block(next++);
      written = Promise.all([written, making]).then(([, block]) => write(block));
      // What goes wrong with it is found below.
      written.catch(() => {});
      unwritten.push(written);
      packed += Number((await making).length);
      onProgress(packed, size);
      if (unwritten.length > AHEAD) {
        await unwritten.shift();
      }
    }
    await Promise.all(unwritten);
  };

  const others = Array.from({ length: Math.min(most, blocks) - 1 }, async () => {
    const archive = await start();
    // One that sees other files is of no use; whether the first one's are still there, that one finds.
    if ((await archive.fingerprint()) === fingerprint) {
      await work(archive);
    }
  });
  await Promise.all([work(planned), ...others]);
  const trailer = await planned.trailer(sums);
  await onFile(file.appendFile(trailer));
  return made + trailer.length;
}

/** A port that nobody listens at. */
const { port1: nowhere, port2 } = new MessageChannel();
port2.close();
nowhere.unref();

/**
 * Gives memory back now, which the garbage collector does when it likes: what is moved to a closed port is
 * gone at once. (`ArrayBuffer.transfer` does it, too, but only from Node 22 on.)
 * @param {Uint8Array} bytes
 */
function release({ buffer }) {
  nowhere.postMessage(undefined, [/** @type {ArrayBuffer} */ (buffer)]);
}
