// The component in a browser: compiled once, instantiated for each check.

import { Sandbox } from "../node/src/sandbox.js";

/** @import { Tree } from "../node/src/files.js" */

/** @type {Map<string, Promise<WebAssembly.Module>>} */
const modules = new Map();
const place = new URL("../node/component/", import.meta.url);

/** @param {string} name */
function coreModule(name) {
  let module = modules.get(name);
  if (!module) {
    module = WebAssembly.compileStreaming(fetch(new URL(name, place)));
    modules.set(name, module);
  }
  return module;
}

/**
 * A new instance.
 * @param {[name: string, value: string][]} [environment]
 * @param {Tree} [files]
 */
export async function instantiate(environment, files) {
  const component = await import("../node/component/atlas.js");
  const imports = /** @type {any} */ (new Sandbox(environment, files, files && ["/"]).imports());
  return component.instantiate(coreModule, imports);
}
