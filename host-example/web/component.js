// The component in a browser: compiled once, instantiated for each check.

import { Instance } from "../node/src/instance.js";
import { Sandbox } from "../node/src/sandbox.js";

/** @import { Files } from "../node/src/sandbox.js" */

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
 * @param {Files} [files]
 */
export async function instantiate(environment, files) {
  const component = await import("../node/component/atlas.js");
  const sandbox = new Sandbox(environment, files);
  return new Instance(
    await component.instantiate(coreModule, /** @type {any} */ (sandbox.imports())),
    sandbox,
  );
}
