// One request and its answer, over a connection of their own.

import { addAbortListener } from "node:events";

import { Answer } from "./answer.js";
import { Progress } from "./progress.js";
import { TimedOut } from "./transport-error.js";

/**
 * @import { Dispatcher } from "undici"
 * @import { Request, Response } from "../../component/interfaces/atlas-post-processor-http.js"
 * @import { RequestBody } from "./body.js"
 * @import { Sending } from "./client.js"
 *
 * @typedef {{ sent: bigint, sentSha256?: string }} Sent how much of the request's body was sent
 */

/** How often it is looked whether something has moved. */
const WATCH_INTERVAL = 100;

/**
 * Sends a request and takes the whole answer, unless one of the request's time-outs is over before.
 * @param {Dispatcher} dispatcher for this request alone
 * @param {Request} request
 * @param {RequestBody} body
 * @param {Sending} sending
 * @returns {Promise<Response>}
 */
export async function exchange(dispatcher, request, body, { signal, onProgress, download }) {
  const answer = new Answer(request, download);
  const progress = new Progress(request, body, answer);
  const report = () => {
    if (answer.isSaved) {
      onProgress?.(download?.size ?? 0, answer.total);
    } else if (request.body.tag === "range") {
      onProgress?.(body.start + body.sent, body.total);
    }
  };
  let watch;
  /** @type {Disposable | undefined} */
  let listening;
  /** @type {Sent | undefined} */
  let sent;
  let broken;
  try {
    sent = await new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      listening = signal && addAbortListener(signal, () => reject(signal.reason));
      watch = setInterval(() => {
        report();
        if (progress.isLate()) {
          reject(new TimedOut());
        }
      }, WATCH_INTERVAL);
      dispatcher.dispatch(optionsOf(request, body), handler(body, answer, progress, resolve, reject));
    });
  } catch (error) {
    // An answer is one also if its body breaks off, where what came of it is of use.
    if (!answer.isSaved || signal?.aborted) {
      throw error;
    }
    broken = error;
  } finally {
    clearInterval(watch);
    listening?.[Symbol.dispose]();
    report();
    dispatcher.destroy().catch(() => {});
  }
  return answer.response(sent ?? { sent: BigInt(body.sent) }, broken);
}

/**
 * @param {Request} request
 * @param {RequestBody} body
 */
function optionsOf({ url, method, headers }, { content, length }) {
  const { origin, pathname, search } = new URL(url);
  const names = headers.flatMap(({ name, value }) => [name, value]);
  return {
    origin,
    path: pathname + search,
    method: /** @type {Dispatcher.HttpMethod} */ (method.toUpperCase()),
    headers: content ? [...names, "Content-Length", String(length)] : names,
    body: /** @type {any} */ (content),
  };
}

/**
 * What undici calls.
 * @param {RequestBody} body
 * @param {Answer} answer
 * @param {Progress} progress
 * @param {(sent: Sent) => void} resolve
 * @param {(error: Error) => void} reject
 * @returns {Dispatcher.DispatchHandler}
 */
function handler(body, answer, progress, resolve, reject) {
  // What is thrown in here comes back as an error.
  return {
    onRequestStart() {
      progress.isConnected = true;
    },
    onResponseStart({ rawHeaders }, status) {
      answer.begin(status, inPairs(/** @type {Buffer[]} */ (rawHeaders)));
    },
    onResponseData: (_, chunk) => answer.take(chunk),
    onResponseEnd() {
      // Now: what is taken later is not sent, the connection is closed.
      resolve({ sent: BigInt(body.sent), sentSha256: body.sha256() });
    },
    onResponseError: (_, error) => reject(error),
  };
}

/** @param {Buffer[]} names and values in turn */
function inPairs(names) {
  /** @type {(index: number) => [name: string, value: string]} */
  const pair = (index) => [names[2 * index].toString("latin1"), names[2 * index + 1].toString("latin1")];
  return Array.from({ length: names.length / 2 }, (_, index) => pair(index));
}
