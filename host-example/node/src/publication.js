// The one loop of publishing: ask what is next, do it, tell how it went.

import { setTimeout as sleep } from "node:timers/promises";

import { componentFailed, messageOf, PackingError, PublishError } from "./errors.js";
import { transportErrorText } from "./http/fault.js";
import { pack } from "./packing/pack.js";
import { watched } from "./progress.js";
import { shownRequest, shownResponse } from "./redaction.js";

/**
 * @import { Outcome, Receipt as ContractReceipt, Request } from "../component/interfaces/atlas-post-processor-publishing.js"
 * @import { CheckpointFile } from "./checkpoint.js"
 * @import { HttpClient } from "./http/client.js"
 * @import { Publication } from "./instance.js"
 * @import { Packing } from "./packing/pack.js"
 * @import { Packed } from "./packing/spool.js"
 * @import { PublishEvent, Receipt } from "./types.js"
 */

/** The longest pause that a timer of Node can hold. */
const LONGEST_PAUSE = 2 ** 31 - 1;

/**
 * What the loop works with.
 * @typedef {object} Means
 * @property {string[]} files those of the artifact: the only ones that are sent
 * @property {Packing} packing how archives are made
 * @property {HttpClient} client what sends requests
 * @property {CheckpointFile} [checkpoint] where to keep how far it has come
 * @property {AbortSignal} [signal] stops it
 */

/**
 * Publishes. Whoever leaves the generator stops all that is under way.
 * @param {Publication} publication
 * @param {Means} means
 * @returns {AsyncGenerator<PublishEvent, Receipt[], void>}
 */
export async function* drive(publication, means) {
  const left = new AbortController();
  const signal = means.signal ? AbortSignal.any([means.signal, left.signal]) : left.signal;
  /** @type {Packed | undefined} */
  let archive;
  try {
    for (;;) {
      signal.throwIfAborted();
      await keep(publication, means.checkpoint);
      const step = publication.next();
      switch (step.tag) {
        case "send":
          publication.respond(yield* send(step.val, archive, means, signal));
          break;
        case "pack": {
          await archive?.file.close();
          archive = undefined;
          const packed = yield* makeArchive(step.val, means.packing, signal);
          if (typeof packed === "string") {
            publication.respond({ tag: "not-packed", val: packed });
          } else {
            archive = packed;
            publication.respond({ tag: "packed", val: BigInt(packed.size) });
          }
          break;
        }
        case "wait": {
          const ms = Number(step.val.ms);
          yield { type: "waiting", reason: step.val.reason, ms };
          await sleep(Math.min(ms, LONGEST_PAUSE), undefined, { signal });
          publication.respond({ tag: "waited" });
          break;
        }
        case "done":
          return step.val.map(receiptOf);
        case "failed": {
          const { code, message, published } = step.val;
          throw new PublishError(code, message, published.map(receiptOf));
        }
      }
    }
  } finally {
    left.abort();
    await archive?.file.close();
  }
}

/**
 * @param {Publication} publication
 * @param {CheckpointFile} [file]
 */
async function keep(publication, file) {
  try {
    await file?.write(publication.checkpoint());
  } catch (error) {
    if (error instanceof PublishError) {
      throw error;
    }
    const message = `the checkpoint ${file?.path} can't be written: ${messageOf(error)}`;
    throw new PublishError("checkpoint-not-kept", message);
  }
}

/**
 * @param {Request} request
 * @param {Packed | undefined} archive
 * @param {Means} means
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<PublishEvent, Outcome, void>}
 */
async function* send(request, archive, { client, files }, signal) {
  // The file is read outside of the sandbox: it must be one that the guest was given.
  if (request.body.tag === "file" && !files.includes(request.body.val)) {
    throw componentFailed(
      `the component asked to send ${request.body.val}, which is not a file of the artifact`,
    );
  }
  yield { type: "sending", request: shownRequest(request) };
  const started = performance.now();
  const outcome = yield* watched(
    /** @param {(event: PublishEvent) => void} report */
    (report) => {
      const onSent = (/** @type {number} */ bytes, /** @type {number} */ of) =>
        report({ type: "sent", bytes, of });
      return client.send(request, { archive, signal, onSent });
    },
  );
  const ms = performance.now() - started;
  if (outcome.tag === "answered") {
    yield { type: "answered", response: shownResponse(outcome.val, request), ms };
  } else {
    yield { type: "no-answer", reason: transportErrorText(outcome.val), ms };
  }
  return outcome;
}

/**
 * The archive, or why there is none.
 * @param {string[]} files
 * @param {Packing} packing
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<PublishEvent, Packed | string, void>}
 */
async function* makeArchive(files, packing, signal) {
  yield { type: "packing", files };
  try {
    return yield* watched(
      /** @param {(event: PublishEvent) => void} report */
      (report) => pack(files, packing, (bytes, of) => report({ type: "packed", bytes, of }), signal),
    );
  } catch (error) {
    if (error instanceof PackingError) {
      return error.message;
    }
    throw error;
  }
}

/**
 * Numbers of the contract have 64 bits; these ones are far from needing them.
 * @param {ContractReceipt} receipt
 * @returns {Receipt}
 */
function receiptOf({ version, size, ...receipt }) {
  return { ...receipt, version: Number(version), size: size === undefined ? undefined : Number(size) };
}
