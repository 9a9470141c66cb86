// What an instance of the component may see and use: some variables, some directories for reading, a clock,
// random numbers. No network, no input; what it prints is kept, to be shown should it break.
//
// Nothing in here is Node's alone: the web page uses it as well.

import { filesIn } from "./files.js";
import { IoError, OutputStream } from "./streams.js";

/** @import { Tree } from "./files.js" */

/** What one instance may see and use. */
export class Sandbox {
  /** What the guest printed. */
  output = new OutputStream();
  #environment;
  #files;

  /**
   * @param {[name: string, value: string][]} [environment] variables that the guest sees
   * @param {Tree} [tree] files
   * @param {string[]} [directories] absolute paths of directories of that tree, which it can read
   */
  constructor(environment = [], tree = undefined, directories = []) {
    this.#environment = environment;
    this.#files = filesIn(/** @type {Tree} */ (tree), directories);
  }

  /**
   * Everything that the component imports. A component that wants more can't be instantiated.
   * @returns {Record<string, object>} by interface
   */
  imports() {
    return {
      "wasi:cli/environment": { getEnvironment: () => this.#environment, initialCwd: () => undefined },
      "wasi:cli/stderr": { getStderr: () => this.output },
      "wasi:clocks/wall-clock": { now },
      "wasi:filesystem/types": this.#files.types,
      "wasi:filesystem/preopens": this.#files.preopens,
      "wasi:io/error": { Error: IoError },
      "wasi:io/streams": { OutputStream },
      "wasi:random/random": { getRandomBytes },
    };
  }
}

function now() {
  const ms = Date.now();
  return { seconds: BigInt(Math.floor(ms / 1000)), nanoseconds: (ms % 1000) * 1_000_000 };
}

/**
 * No more than 64 KiB at once: of more, it throws.
 * @param {bigint} length
 */
function getRandomBytes(length) {
  return crypto.getRandomValues(new Uint8Array(Number(length)));
}
