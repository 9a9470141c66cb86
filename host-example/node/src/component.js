// The component in a thread of its own, which is ended when a call takes too long.

import { readdir, readFile } from "node:fs/promises";
import { Worker } from "node:worker_threads";

import { ComponentFailed, messageOf, Refusal } from "./errors.js";
import { withBoundedMemory } from "./memory.js";

/**
 * @import { Root } from "../component/atlas.js"
 * @import { Archive } from "../component/interfaces/atlas-post-processor-packing.js"
 * @import { Reporter } from "../component/interfaces/atlas-post-processor-reporting.js"
 * @import { Transfer } from "../component/interfaces/atlas-post-processor-transfers.js"
 * @import { Answer, Order, Seen } from "./thread.js"
 */

/**
 * An interface or a resource of the component, each of whose functions gives a promise. What a function
 * finds wrong is a `Refusal`. A resource with a constructor has a function `create` in its place.
 * @template T
 * @typedef {{ [K in keyof T]: T[K] extends new (...args: infer A) => infer R
 *   ? { create: (...args: A) => Promise<Remote<R>> }
 *   : T[K] extends (...args: infer A) => infer R
 *   ? (...args: A) => Promise<R extends Archive | Reporter | Transfer ? Remote<R> : R>
 *   : Remote<T[K]> }} Remote
 */

/** @typedef {Remote<Root>} Instance */

const BUILT = new URL("../component/", import.meta.url);
/** The longest that a call may take, in milliseconds; that of packing depends on the machine's disks. */
const CALL_LIMIT = 10_000;
const START_LIMIT = 60_000;
export const PACKING_LIMIT = 60_000;
/** The most of JavaScript's own memory that a thread may take, in MiB: what a call returns is copied there. */
const HEAP_LIMIT = 256;

/** Compiled core modules by directory; they are shared by all threads. @type {Map<string, Promise<[string, WebAssembly.Module][]>>} */
const compiled = new Map();

/** Instances of the component, in one thread. */
export class Component {
  #worker;
  #limit;
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void, timer: NodeJS.Timeout }>} */
  #calls = new Map();
  #count = 0;
  /** Why it can't be called any more. @type {Error | undefined} */
  #ended;

  /**
   * Starts the thread.
   * @param {URL} [directory] what `npm run build` made of the component
   * @param {number} [limit] how many milliseconds a call may take
   * @throws {ComponentFailed}
   */
  static async start(directory = BUILT, limit = CALL_LIMIT) {
    try {
      const component = new Component(directory, await compile(directory), limit);
      await component.#ask("start", undefined, START_LIMIT);
      return component;
    } catch (error) {
      const reason = messageOf(error);
      throw new ComponentFailed(`the component can't be loaded: ${reason} (\`npm run build\` makes it)`);
    }
  }

  /**
   * @param {URL} directory
   * @param {[string, WebAssembly.Module][]} modules
   * @param {number} limit
   */
  constructor(directory, modules, limit) {
    this.#limit = limit;
    this.#worker = new Worker(new URL("thread.js", import.meta.url), {
      workerData: { directory: directory.href, modules },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT },
    });
    this.#worker.on("message", (/** @type {Answer} */ answer) => this.#answered(answer));
    this.#worker.on("error", (error) => this.#end(`the component broke: ${messageOf(error)}`));
    this.#worker.on("exit", () => this.#end("the component's thread has ended"));
  }

  /**
   * A fresh instance. Instances share nothing but the code.
   * @param {Seen} [seen] what it may see
   * @returns {Promise<Instance>}
   */
  instantiate(seen = {}) {
    return this.#ask("instantiate", { seen });
  }

  /** Ends the thread, whatever it is at. */
  async stop() {
    await this.#end("the component was stopped");
  }

  /**
   * @param {string} name of what is asked for, for people
   * @param {Order} [order] none: the thread says it by itself
   * @param {number} [limit]
   * @returns {Promise<any>}
   */
  #ask(name, order, limit = this.#limit) {
    return new Promise((resolve, reject) => {
      const id = this.#count++;
      const late = () => this.#end(`the component took longer than ${limit / 1000} s in \`${name}\``);
      this.#calls.set(id, { resolve, reject, timer: setTimeout(late, limit) });
      if (this.#ended) {
        this.#end(this.#ended.message);
      } else if (order) {
        this.#worker.postMessage({ id, ...order });
      }
    });
  }

  /** @param {Answer} answer */
  #answered({ id, value, object, found, broken }) {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    clearTimeout(call?.timer);
    if (found) {
      call?.reject(new Refusal(found));
    } else if (broken !== undefined) {
      call?.reject(new ComponentFailed(`the component broke: ${broken}`));
    } else {
      call?.resolve(object === undefined ? value : this.#remote(object, []));
    }
  }

  /**
   * What stands for an object of the thread: each name leads to a function of it.
   * @param {number} object
   * @param {string[]} path
   * @returns {any}
   */
  #remote(object, path) {
    return new Proxy(() => {}, {
      // What has a `then` would be taken for a promise.
      get: (_, name) =>
        typeof name === "string" && name !== "then" ? this.#remote(object, [...path, name]) : undefined,
      apply: (_, _self, args) => this.#ask(path.join("."), { object, path, args }),
    });
  }

  /** @param {string} reason */
  #end(reason) {
    this.#ended ??= new ComponentFailed(reason);
    for (const { reject, timer } of this.#calls.values()) {
      clearTimeout(timer);
      reject(this.#ended);
    }
    this.#calls.clear();
    return this.#worker.terminate();
  }
}

/** @param {URL} directory */
function compile(directory) {
  const modules = compiled.get(directory.href) ?? readModules(directory);
  compiled.set(directory.href, modules);
  // What can't be read now may be there later.
  modules.catch(() => compiled.delete(directory.href));
  return modules;
}

/**
 * @param {URL} directory
 * @returns {Promise<[string, WebAssembly.Module][]>}
 */
async function readModules(directory) {
  const names = (await readdir(directory)).filter((name) => name.endsWith(".wasm"));
  const bytes = await Promise.all(names.map((name) => readFile(new URL(name, directory))));
  const modules = await Promise.all(bytes.map((module) => WebAssembly.compile(withBoundedMemory(module))));
  return modules.map((module, index) => [names[index], module]);
}
