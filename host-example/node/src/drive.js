// The one loop of publishing and fetching: ask what is next, do it, tell how it went.

import { setTimeout as sleep } from "node:timers/promises";

import { ComponentFailed, FileFailed, fileErrorOf, Refusal } from "./errors.js";
import { pack } from "./packing/pack.js";

/**
 * @import { Request } from "../component/interfaces/atlas-post-processor-http.js"
 * @import { Ending, Reporter } from "../component/interfaces/atlas-post-processor-reporting.js"
 * @import { Outcome, Step } from "../component/interfaces/atlas-post-processor-steps.js"
 * @import { Transfer } from "../component/interfaces/atlas-post-processor-transfers.js"
 * @import { CheckpointFile } from "./checkpoint.js"
 * @import { Remote } from "./component.js"
 * @import { DownloadFile } from "./download-file.js"
 * @import { HttpClient } from "./http/client.js"
 * @import { Packed, Packing } from "./packing/pack.js"
 *
 * @typedef {object} Means what the loop works with
 * @property {HttpClient} client what sends requests
 * @property {string[]} [files] those of the artifact: the only ones that are sent
 * @property {Packing} [packing] how archives are made
 * @property {DownloadFile} [download] the file of a download: the only one that is written
 * @property {CheckpointFile} [checkpoint] where to keep how far it has come
 * @property {(line: string) => void} [onLine] gets what is told
 * @property {(bytes: number, of?: number) => void} [onProgress] so much of a file is packed, sent or saved
 * @property {AbortSignal} [signal] stops it
 */

/** The longest pause that a timer of Node can hold. */
const LONGEST_PAUSE = 2 ** 31 - 1;

/**
 * Publishes or fetches.
 * @param {Remote<Transfer>} transfer
 * @param {Remote<Reporter>} reporter
 * @param {Means} means
 * @returns {Promise<Ending>}
 * @throws {ComponentFailed}
 */
export async function drive(transfer, reporter, means) {
  const { client, packing, download, signal, onProgress = () => {} } = means;
  /** @type {Packed | undefined} */
  let archive;
  /** @type {(step: Step & { tag: "send" | "pack" | "wait" }) => Promise<Outcome>} */
  const perform = async ({ tag, val }) => {
    switch (tag) {
      case "send":
        mustBeOurs(val, means);
        return client.send(val, { archive, download, signal, onProgress });
      case "pack":
        if (!packing) {
          throw new ComponentFailed("the component asked for an archive where none is made");
        }
        await archive?.file.close();
        archive = undefined;
        try {
          archive = await pack(val, packing, onProgress, signal);
          return { tag: "packed", val: BigInt(archive.size) };
        } catch (error) {
          return { tag: "not-packed", val: packErrorOf(error) };
        }
      case "wait":
        await sleep(Math.min(Number(val.ms), LONGEST_PAUSE), undefined, { signal });
        return { tag: "waited" };
    }
  };
  const tell = (/** @type {string[]} */ lines) => {
    for (const line of lines) {
      means.onLine?.(line);
    }
  };
  try {
    for (;;) {
      signal?.throwIfAborted();
      const step = await transfer.next();
      const kept = means.checkpoint?.write(await transfer.checkpoint());
      const notKept = await kept?.then(() => undefined, fileErrorOf);
      // What can't be done is not told to be done; what is at its end is so, kept or not.
      tell(notKept ? [] : await reporter.step(step));
      if (step.tag === "done" || step.tag === "failed") {
        return step;
      }
      const started = performance.now();
      /** @type {Outcome} */
      const outcome = notKept ? { tag: "not-kept", val: notKept } : await perform(step);
      const took = BigInt(Math.round(performance.now() - started));
      tell(await reporter.outcome(outcome, took));
      await transfer.respond(outcome, took);
    }
  } finally {
    await archive?.file.close();
  }
}

/**
 * Files are sent and saved outside of the sandbox: they must be those that it is about.
 * @param {Request} request
 * @param {Means} means
 */
function mustBeOurs({ body, saveAt }, { files = [], download }) {
  if (body.tag === "range" && body.val.source.tag === "file" && !files.includes(body.val.source.val)) {
    throw new ComponentFailed("the component asked to send a file that is not one of the artifact's");
  }
  if (saveAt !== undefined && !download) {
    throw new ComponentFailed("the component asked to save an answer where nothing is downloaded");
  }
}

/** @param {unknown} error */
function packErrorOf(error) {
  if (error instanceof Refusal) {
    return /** @type {const} */ ({ tag: "files", val: error.diagnostics[0] });
  }
  if (error instanceof FileFailed) {
    return /** @type {const} */ ({ tag: "storage", val: error.reason });
  }
  throw error;
}
