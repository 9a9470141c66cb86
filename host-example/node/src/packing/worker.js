// Makes blocks of an archive, in a thread of its own: plans it, tells what it planned, then makes what it
// is asked for.

import { statSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

import { instantiate, useCompiled } from "../component.js";
import { messageOf, PackingError } from "../errors.js";
import { readOnly } from "../read-only.js";
import { Sandbox } from "../sandbox.js";

/**
 * @import { Block } from "../../component/interfaces/atlas-post-processor-packing.js"
 *
 * @typedef {object} Job
 * @property {[string, WebAssembly.Module][]} modules the compiled component
 * @property {string[]} files
 * @property {string[]} directories
 * @property {number} level
 *
 * @typedef {{ fingerprint: string, size: number, blocks: number }} Plan
 * @typedef {[crc32: number, length: bigint][]} Sums
 * @typedef {{ block: number } | { trailer: Sums }} Order
 * @typedef {{ plan: Plan } | { block: Block } | { trailer: Uint8Array }} Delivery
 * @typedef {{ error: string, files: boolean }} Complaint `files`: whether it is about the files, not the component
 */

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);

try {
  const archive = await plan(workerData);
  port.on("message", (/** @type {Order} */ order) => {
    try {
      if ("block" in order) {
        const block = archive.block(order.block);
        deliver({ block }, [/** @type {ArrayBuffer} */ (block.data.buffer)]);
      } else {
        deliver({ trailer: archive.trailer(order.trailer) });
      }
    } catch (error) {
      complain(error);
    }
  });
  deliver({
    plan: { fingerprint: archive.fingerprint(), size: archive.size(), blocks: archive.blocks() },
  });
} catch (error) {
  complain(error);
}

/** @param {Job} job */
async function plan({ modules, files, directories, level }) {
  useCompiled(modules);
  const instance = await instantiate(new Sandbox([], readOnly(directories)));
  const archive = instance.plan(files, level);
  if (process.platform !== "win32") {
    archive.setPermissions(Uint32Array.from(archive.sources(), permissions));
  }
  return archive;
}

/**
 * Permission bits of a file. One that is gone by now is found by the component.
 * @param {string} path
 */
function permissions(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats ? stats.mode & 0o7777 : 0o644;
}

/**
 * @param {Delivery} delivery
 * @param {import("node:worker_threads").TransferListItem[]} [moved]
 */
function deliver(delivery, moved) {
  port.postMessage(delivery, moved);
}

/** @param {unknown} error */
function complain(error) {
  /** @type {Complaint} */
  const complaint = { error: messageOf(error), files: error instanceof PackingError };
  port.postMessage(complaint);
}
