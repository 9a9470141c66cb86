// The worker threads that make an archive, seen from the thread that they work for.

import { Worker } from "node:worker_threads";

import { componentFailed, PackingError } from "../errors.js";

/** @import { Complaint, Delivery, Job, Order, Plan, Sums } from "./worker.js" */

/** The workers of one archive. */
export class Crew {
  #job;
  /** @type {PackingWorker[]} */
  #workers = [];

  /** @param {Job} job */
  constructor(job) {
    this.#job = job;
  }

  /** One more worker. */
  hire() {
    const worker = new PackingWorker(this.#job);
    this.#workers.push(worker);
    return worker;
  }

  /** Stops them all, whatever they are at. */
  async stop() {
    await Promise.all(this.#workers.map((worker) => worker.stop()));
  }
}

/** One worker: takes one order at a time. */
export class PackingWorker {
  #worker;
  /** @type {{ resolve: (delivery: any) => void, reject: (error: Error) => void } | undefined} */
  #waiting;
  /** @type {Error | undefined} */
  #broken;

  /** @param {Job} job */
  constructor(job) {
    this.#worker = new Worker(new URL("worker.js", import.meta.url), { workerData: job });
    this.#worker.on("message", (/** @type {Delivery | Complaint} */ message) => {
      if ("error" in message) {
        this.#settle(message.files ? new PackingError(message.error) : componentFailed(message.error));
      } else {
        this.#waiting?.resolve(message);
        this.#waiting = undefined;
      }
    });
    this.#worker.on("error", (error) => this.#settle(componentFailed(`packing broke: ${error.message}`)));
    this.#worker.on("exit", () => this.#settle(componentFailed("packing ended too early")));
  }

  /**
   * What it has planned. To be asked for once, before anything else.
   * @returns {Promise<Plan>}
   */
  async plan() {
    return (await this.#next()).plan;
  }

  /**
   * Makes the block of that index.
   * @param {number} index
   */
  async block(index) {
    return (await this.#order({ block: index })).block;
  }

  /**
   * Makes the end of the file.
   * @param {Sums} sums of all blocks
   * @returns {Promise<Uint8Array>}
   */
  async trailer(sums) {
    return (await this.#order({ trailer: sums })).trailer;
  }

  /** Stops it at once. */
  async stop() {
    await this.#worker.terminate();
  }

  /** @param {Order} order */
  #order(order) {
    this.#worker.postMessage(order);
    return this.#next();
  }

  /** @returns {Promise<any>} what is delivered next */
  #next() {
    return new Promise((resolve, reject) => {
      if (this.#broken) {
        reject(this.#broken);
      } else {
        this.#waiting = { resolve, reject };
      }
    });
  }

  /** @param {Error} error */
  #settle(error) {
    this.#broken ??= error;
    this.#waiting?.reject(this.#broken);
    this.#waiting = undefined;
  }
}
