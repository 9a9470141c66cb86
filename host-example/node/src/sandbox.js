// What an instance of the component may see: some variables, some directories for reading, a clock,
// random numbers. No network, no input; what it prints is kept, to be shown should it break.
//
// Nothing in here is Node's alone: the web page uses it as well.

import { wallClock } from "@bytecodealliance/preview2-shim/clocks";
import { types } from "@bytecodealliance/preview2-shim/filesystem";
import { error, poll, streams } from "@bytecodealliance/preview2-shim/io";
import { random } from "@bytecodealliance/preview2-shim/random";

import { InputStream, OutputStream } from "./shim.js";

/**
 * The files of WASI: the classes of open ones, and what is open from the beginning.
 * @typedef {{ types: object, preopens: { getDirectories: () => [object, string][] } }} Files
 */

/** How many bytes of what the guest prints are kept. */
const OUTPUT_KEPT = 16 * 1024;
const dispose = Symbol.dispose ?? Symbol.for("dispose");

/** No files at all. @type {Files} */
const NO_FILES = { types, preopens: { getDirectories: () => [] } };

/** What one instance may see and use. */
export class Sandbox {
  /** What the guest printed. */
  output = new Output();
  #environment;
  #files;

  /**
   * @param {[name: string, value: string][]} environment variables that the guest sees
   * @param {Files} files what it can read
   */
  constructor(environment = [], files = NO_FILES) {
    this.#environment = environment;
    this.#files = files;
  }

  /**
   * Everything that the component imports. A component that wants more can't be instantiated.
   * @returns {Record<string, object>} by interface
   */
  imports() {
    return {
      "atlas:post-processor/types": {},
      "wasi:cli/environment": {
        getEnvironment: () => this.#environment,
        initialCwd: () => undefined,
      },
      "wasi:cli/exit": { exit: refuseToExit },
      "wasi:cli/stdin": { getStdin: () => new NoInput() },
      "wasi:cli/stdout": { getStdout: () => this.output },
      "wasi:cli/stderr": { getStderr: () => this.output },
      "wasi:cli/terminal-input": { TerminalInput: NoTerminal },
      "wasi:cli/terminal-output": { TerminalOutput: NoTerminal },
      "wasi:cli/terminal-stdin": { getTerminalStdin: () => undefined },
      "wasi:cli/terminal-stdout": { getTerminalStdout: () => undefined },
      "wasi:cli/terminal-stderr": { getTerminalStderr: () => undefined },
      "wasi:clocks/wall-clock": wallClock,
      "wasi:filesystem/types": this.#files.types,
      "wasi:filesystem/preopens": this.#files.preopens,
      "wasi:io/error": error,
      "wasi:io/poll": poll,
      "wasi:io/streams": streams,
      "wasi:random/random": random,
    };
  }
}

/** The host goes on, whatever the guest does. */
function refuseToExit() {
  throw new Error("the component wanted to end the program");
}

class NoTerminal {}

/** An input that is at its end. */
class NoInput extends InputStream {
  /** @returns {Uint8Array} */
  blockingRead() {
    throw { tag: "closed" };
  }

  read() {
    return this.blockingRead();
  }

  [dispose]() {}
}

/** What the guest prints, up to a limit. */
class Output extends OutputStream {
  #text = "";
  #decoder = new TextDecoder();

  get text() {
    return this.#text.trim();
  }

  checkWrite() {
    return BigInt(OUTPUT_KEPT);
  }

  /** @param {Uint8Array} bytes */
  write(bytes) {
    this.#text = (this.#text + this.#decoder.decode(bytes)).slice(0, OUTPUT_KEPT);
  }

  /** @param {Uint8Array} bytes */
  blockingWriteAndFlush(bytes) {
    this.write(bytes);
  }

  flush() {}

  blockingFlush() {}

  [dispose]() {}
}
