// Shows a publication while it goes on: what is done, how far packing or an upload is, and, if asked for,
// every request and answer without its secrets.

import * as show from "./show.js";

/**
 * @import { PublishEvent } from "../types.js"
 * @import { Mask } from "./masking.js"
 */

/** Where no bar can move, progress is a line every so often. */
const LINE_INTERVAL = 3000;
const BAR_WIDTH = 30;
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** Shows a publication to people. */
export class Watching {
  #verbose;
  #mask;
  #bar = false;
  /** When the last line of progress was shown; undefined if nothing is under way. @type {number | undefined} */
  #lastLine;

  /**
   * @param {number} verbose 0 what is done, 1 requests and answers, 2 with their JSON
   * @param {Mask} mask
   */
  constructor(verbose, mask) {
    this.#verbose = verbose;
    this.#mask = mask;
  }

  /** @param {PublishEvent} event */
  see(event) {
    if (event.type === "packed" || event.type === "sent") {
      this.#showProgress(event.bytes, event.of);
      return;
    }
    this.end();
    switch (event.type) {
      case "resuming":
        this.#log(`going on from ${event.checkpoint}`);
        break;
      case "nothing-to-do":
        this.#log(nothingToDo(event.build));
        break;
      case "packing":
        this.#log(event.files.length === 1 ? `pack ${event.files[0]}` : `pack ${event.files.length} files`);
        break;
      case "waiting":
        this.#log(`  ${event.reason}; trying again in ${duration(event.ms)}`);
        break;
      case "checkpoint-left":
        this.#log(
          `The checkpoint ${event.checkpoint} can't be removed (${event.reason}): remove it before you publish again.`,
        );
        break;
      case "sending":
        this.#log(event.request.purpose);
        this.#detail(`  > ${event.request.method} ${event.request.url}`);
        this.#headers(">", event.request.headers);
        this.#json(event.request.json);
        if (event.request.file !== undefined) {
          this.#detail(`  > the file ${event.request.file}`);
        }
        if (event.request.archive) {
          this.#detail("  > the archive");
        }
        break;
      case "answered":
        this.#detail(`  < ${event.response.status} after ${duration(event.ms)}`);
        this.#headers("<", event.response.headers);
        this.#json(event.response.json);
        break;
      case "no-answer":
        this.#detail(`  no answer: ${event.reason}`);
        break;
    }
  }

  /** Takes the bar from the screen. */
  end() {
    if (this.#bar) {
      process.stderr.write("\r\x1b[K");
    }
    this.#bar = false;
    this.#lastLine = undefined;
  }

  /**
   * @param {number} bytes
   * @param {number} of
   */
  #showProgress(bytes, of) {
    const share = of > 0 ? bytes / of : 1;
    if (show.onTerminal()) {
      const done = Math.round(share * BAR_WIDTH);
      const bar = "█".repeat(done) + "░".repeat(BAR_WIDTH - done);
      process.stderr.write(`\r  ${bar} ${humanBytes(bytes)} of ${humanBytes(of)}\x1b[K`);
      this.#bar = true;
      return;
    }
    const now = performance.now();
    this.#lastLine ??= now;
    if (now - this.#lastLine >= LINE_INTERVAL) {
      this.#log(`  ${Math.floor(share * 100)}% of ${humanBytes(of)}`);
      this.#lastLine = now;
    }
  }

  /**
   * @param {string} mark
   * @param {{ name: string, value: string }[]} headers
   */
  #headers(mark, headers) {
    for (const { name, value } of headers) {
      this.#detail(`  ${mark} ${name}: ${value}`);
    }
  }

  /** @param {unknown} json */
  #json(json) {
    if (this.#verbose > 1 && json !== undefined) {
      this.#log(`    ${JSON.stringify(json)}`);
    }
  }

  /** @param {string} text */
  #detail(text) {
    if (this.#verbose > 0) {
      this.#log(text);
    }
  }

  /** @param {string} text */
  #log(text) {
    show.line(this.#mask.text(text));
  }
}

/** @param {string} build */
export function nothingToDo(build) {
  return `The build \`${build}\` has no \`atlas\` post-processor: there is nothing to publish.`;
}

/** @param {number} ms */
function duration(ms) {
  return ms < 1000 ? `${ms.toFixed(1)}ms` : `${(ms / 1000).toFixed(1)}s`;
}

/** @param {number} bytes */
function humanBytes(bytes) {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${bytes} B` : `${value.toFixed(2)} ${UNITS[unit]}`;
}
