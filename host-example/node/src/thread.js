// The thread that the component runs in: does what `component.js` asks for, one call after the other.

import { parentPort, workerData } from "node:worker_threads";

import { disk } from "./disk.js";
import { messageOf } from "./errors.js";
import { Sandbox } from "./sandbox.js";

/**
 * @import { Diagnostic } from "../component/interfaces/atlas-post-processor-types.js"
 *
 * @typedef {object} Seen what an instance may see; nothing by default
 * @property {[name: string, value: string][]} [environment] variables
 * @property {string[]} [directories] absolute paths of directories, to be read
 *
 * @typedef {{ seen: Seen } | { object: number, path: string[], args: unknown[] }} Order an instance, or a call
 *
 * @typedef {object} Answer
 * @property {number} id that of the order
 * @property {unknown} [value] what a call gave
 * @property {number} [object] stands for what a call gave, where that stays in this thread
 * @property {Diagnostic[]} [found] what a call found wrong
 * @property {string} [broken] why there is no answer
 */

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const modules = new Map(workerData.modules);
const component = await import(new URL("atlas.js", workerData.directory).href);

/** Instances and resources, each with the sandbox that it is in. @type {{ target: any, sandbox: Sandbox }[]} */
const objects = [];

port.on("message", async (/** @type {Order & { id: number }} */ { id, ...order }) => {
  const { answer, moved } = await answerTo(order);
  port.postMessage({ id, ...answer }, moved);
});

// It has started.
port.postMessage({ id: 0 });

/**
 * @param {Order} order
 * @returns {Promise<{ answer: Omit<Answer, "id">, moved?: ArrayBuffer[] }>}
 */
async function answerTo(order) {
  let sandbox;
  try {
    if ("seen" in order) {
      sandbox = new Sandbox(order.seen.environment, disk, order.seen.directories);
      const getCoreModule = (/** @type {string} */ name) => modules.get(name);
      const target = await component.instantiate(getCoreModule, sandbox.imports());
      return { answer: { object: objects.push({ target, sandbox }) - 1 } };
    }
    sandbox = objects[order.object].sandbox;
    const value = call(objects[order.object].target, order.path, order.args);
    return isResource(value)
      ? { answer: { object: objects.push({ target: value, sandbox }) - 1 } }
      : { answer: { value }, moved: value?.data instanceof Uint8Array ? [value.data.buffer] : [] };
  } catch (error) {
    if (error instanceof Error && "payload" in error) {
      return { answer: { found: /** @type {Diagnostic[]} */ ([error.payload].flat()) } };
    }
    return {
      answer: { broken: [messageOf(error), sandbox?.output.text.trim()].filter(Boolean).join(": ") },
    };
  }
}

/**
 * @param {any} target
 * @param {string[]} path names, from the target to one of its functions
 * @param {unknown[]} args
 */
function call(target, path, args) {
  const name = path[path.length - 1];
  const owner = path.slice(0, -1).reduce((object, step) => object[step], target);
  return name === "create" ? new owner(...args) : owner[name](...args);
}

/**
 * Records are plain objects, lists are arrays; resources are objects of a class of their own.
 * @param {unknown} value
 */
function isResource(value) {
  const isData = Array.isArray(value) || ArrayBuffer.isView(value);
  return typeof value === "object" && value !== null && !isData && value.constructor !== Object;
}
