// Makes the archive of a `pack` step, on all cores.
//
// Every worker has an instance of its own, plans the same archive, and makes blocks of it, one after the
// other in the order of a common counter. The blocks are written in their order.

import { MessageChannel } from "node:worker_threads";

import { compiled } from "../component.js";
import { PackingError } from "../errors.js";
import { Crew } from "./crew.js";
import { Spool } from "./spool.js";

/**
 * @import { Block } from "../../component/interfaces/atlas-post-processor-packing.js"
 * @import { PackingWorker } from "./crew.js"
 * @import { Packed } from "./spool.js"
 * @import { Plan, Sums } from "./worker.js"
 */

/**
 * How to pack.
 * @typedef {object} Packing
 * @property {number} level the compression level, 0 (stored) to 9 (smallest)
 * @property {string} spool the directory that the archive is kept in until it is uploaded
 * @property {number} workers how many threads make blocks
 * @property {string[]} directories what the component may read
 */

/** A port that nobody listens at. */
const nowhere = closedPort();

/** How far, in blocks a worker, the workers may be ahead of what is written. */
const AHEAD = 2;

/**
 * Makes the archive of these files.
 * @param {string[]} files
 * @param {Packing} packing
 * @param {(bytes: number, of: number) => void} onPacked so much of the files is packed
 * @param {AbortSignal} signal stops it at once
 * @returns {Promise<Packed>}
 * @throws {PackingError} if a file or the spool directory stands in the way
 */
export async function pack(files, packing, onPacked, signal) {
  signal.throwIfAborted();
  const spool = await Spool.create(packing.spool);
  const { level, directories } = packing;
  const crew = new Crew({ modules: await compiled(), files, directories, level });
  let kept = false;
  try {
    await Promise.race([make(crew, packing.workers, spool, onPacked), aborted(signal)]);
    kept = true;
    return spool.finish();
  } finally {
    await crew.stop();
    if (!kept) {
      await spool.discard();
    }
  }
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<never>}
 */
function aborted(signal) {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/**
 * Makes all blocks and the trailer, and writes them.
 * @param {Crew} crew
 * @param {number} most how many workers there may be
 * @param {Spool} spool
 * @param {(bytes: number, of: number) => void} onPacked
 */
async function make(crew, most, spool, onPacked) {
  const planner = crew.hire();
  const plan = await planner.plan();
  /** @type {Sums} */
  const sums = [];
  let packed = 0;
  let next = 0;
  /** Ends when all blocks so far are written. @type {Promise<void>} */
  let written = Promise.resolve();

  /** @param {Block} block */
  const write = async ({ data, crc32, length }) => {
    await spool.write(data);
    release(data);
    sums.push([crc32, length]);
  };

  /** @param {PackingWorker} worker */
  const work = async (worker) => {
    const unwritten = [];
    while (next < plan.blocks) {
      const made = worker.block(next++);
      written = Promise.all([written, made]).then(([, block]) => write(block));
      // What goes wrong with it is found below.
      written.catch(() => {});
      unwritten.push(written);
      packed += Number((await made).length);
      onPacked(packed, plan.size);
      if (unwritten.length > AHEAD) {
        await unwritten.shift();
      }
    }
    await Promise.all(unwritten);
  };

  /** @param {Plan} other */
  const agree = (other) => {
    if (other.fingerprint !== plan.fingerprint) {
      throw new PackingError(
        "the files changed while they were being packed; wait until nothing writes to them any more, then publish again",
      );
    }
  };

  const others = Array.from({ length: Math.min(most, plan.blocks) - 1 }, async () => {
    const worker = crew.hire();
    agree(await worker.plan());
    await work(worker);
  });
  await Promise.all([work(planner), ...others]);
  await spool.write(await planner.trailer(sums));
}

/**
 * Gives memory back now, which the garbage collector does when it likes: what is moved to a closed port is
 * gone at once. (`ArrayBuffer.transfer` does it, too, but only from Node 22 on.)
 * @param {Uint8Array} bytes
 */
function release({ buffer }) {
  nowhere.postMessage(undefined, [/** @type {ArrayBuffer} */ (buffer)]);
}

function closedPort() {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  port1.unref();
  return port1;
}
