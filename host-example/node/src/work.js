// One piece of work with the component, from its beginning to its report.

import { CheckpointFile } from "./checkpoint.js";
import { Component } from "./component.js";
import { unusable } from "./input.js";
import { brokenBy, Telling } from "./telling.js";

/**
 * @import { Ending } from "../component/interfaces/atlas-post-processor-reporting.js"
 * @import { Document } from "./input.js"
 * @import { Options } from "./types.js"
 *
 * @typedef {object} Beginning what some work begins with
 * @property {Component} component
 * @property {Telling} telling
 * @property {CheckpointFile} [file] what keeps the checkpoint
 * @property {(limit: number) => Promise<Uint8Array | undefined>} checkpoint what an earlier run has left in it; at
 *   most so many bytes are read. One that can't be used is told.
 */

/** Something is wrong, and was told. @type {Ending} */
export const REFUSED = { tag: "refused" };

/**
 * Does some work with the component, and tells how it ended.
 * @param {Options} options
 * @param {string | undefined} path of a file that keeps a checkpoint; it is removed after a good end
 * @param {(beginning: Beginning) => Promise<Ending>} does
 */
export async function work({ signal, ...options }, path, does) {
  signal?.throwIfAborted();
  // Before anything is read: of two that do the same, only one may begin.
  const opening = path === undefined ? undefined : CheckpointFile.open(path);
  const locked = await opening?.catch((error) => unusable("checkpoint", path ?? "", error));
  const file = locked instanceof CheckpointFile ? locked : undefined;
  const telling = new Telling(options);
  /** @type {Component | undefined} */
  let component;
  // Whoever waits for the component then waits no longer.
  const stop = () => component?.stop();
  signal?.addEventListener("abort", stop);
  try {
    component = await Component.start(options.component);
    const checkpoint = async (/** @type {number} */ limit) => {
      /** @type {Document | undefined} */
      const document = locked instanceof CheckpointFile ? await locked.read(limit) : locked;
      return document && (await telling.document(document)) ? document.text : undefined;
    };
    const ending = await does({ component, telling, file, checkpoint }).catch((error) => {
      signal?.throwIfAborted();
      return brokenBy(error);
    });
    const report = await telling.finish(ending);
    options.onReport?.(report);
    if (ending.tag === "done") {
      await file?.remove().catch((error) => telling.document(unusable("checkpoint", file.path, error)));
    }
    return report;
  } finally {
    signal?.removeEventListener("abort", stop);
    await component?.stop();
    await file?.close();
  }
}
