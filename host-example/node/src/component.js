// The component, compiled once and instantiated as often as there is work.

import { readFile } from "node:fs/promises";

import { componentFailed, messageOf } from "./errors.js";
import { Instance } from "./instance.js";

/** @import { Sandbox } from "./sandbox.js" */

/**
 * The component's core modules by name. They can be sent to other threads.
 * @type {Map<string, Promise<WebAssembly.Module>>}
 */
const modules = new Map();

/** @param {string} name */
function coreModule(name) {
  let module = modules.get(name);
  if (!module) {
    module = readFile(new URL(`../component/${name}`, import.meta.url)).then((bytes) =>
      WebAssembly.compile(bytes),
    );
    modules.set(name, module);
  }
  return module;
}

/** What has been compiled, for another thread. */
export async function compiled() {
  const pairs = [...modules].map(
    async ([name, module]) => /** @type {[string, WebAssembly.Module]} */ ([name, await module]),
  );
  return Promise.all(pairs);
}

/**
 * Uses what another thread has compiled.
 * @param {[string, WebAssembly.Module][]} pairs
 */
export function useCompiled(pairs) {
  for (const [name, module] of pairs) {
    modules.set(name, Promise.resolve(module));
  }
}

/**
 * A new instance of the component.
 * @param {Sandbox} sandbox what it may see and use
 * @returns {Promise<Instance>}
 */
export async function instantiate(sandbox) {
  try {
    const component = await import("../component/atlas.js");
    // Its types name the interfaces with their versions, it looks for them without.
    const imports = /** @type {any} */ (sandbox.imports());
    return new Instance(await component.instantiate(coreModule, imports), sandbox);
  } catch (error) {
    throw componentFailed(
      `the component can't be loaded: ${messageOf(error)} (it is made by \`npm run build\`)`,
    );
  }
}
