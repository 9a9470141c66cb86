// Sends requests exactly as they are: HTTP/1.1, these headers, no redirects, no retries.

import { RequestBody } from "./body.js";
import { ResponseTooLarge, transportErrorOf } from "./fault.js";
import { trust } from "./trust.js";

/**
 * @import { Dispatcher } from "undici"
 * @import { Outcome, Request, Response } from "../../component/interfaces/atlas-post-processor-publishing.js"
 * @import { Packed } from "../packing/spool.js"
 */

/**
 * What a request is sent with.
 * @typedef {object} Sending
 * @property {Packed} [archive] what the body `archive` stands for
 * @property {AbortSignal} [signal] gives the request up; `send` then throws the signal's reason
 * @property {(bytes: number, of: number) => void} [onSent] so much of a file is sent
 */

/**
 * What sends the requests that the component asks for. What a request demands is in the contract
 * (`wit/publishing.wit`).
 * @typedef {object} HttpClient
 * @property {(request: Request, sending: Sending) => Promise<Outcome & { tag: "answered" | "no-answer" }>} send
 */

/** The longest that making a connection may take, TLS included. */
const CONNECT_TIMEOUT = 30_000;
/** How often it is looked whether something has moved. */
const WATCH_INTERVAL = 100;

/** How many of a request's time-outs its whole answer may take (`wit/publishing.wit`). */
const ANSWER_TIMEOUTS = 5;

class Stalled extends Error {}

/**
 * Sends requests with undici. Trusts Node's certificates, or those in the PEM file that `ATLAS_CAFILE`
 * names, or in the PEM files of the directory `ATLAS_CAPATH`; with `ATLAS_TLS_NOVERIFY`, any. Takes
 * proxies from `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`.
 * @implements {HttpClient}
 */
export class UndiciClient {
  #environment;
  /** @type {{ plain?: Promise<Dispatcher>, secure?: Promise<Dispatcher> }} */
  #dispatchers = {};

  /** @param {NodeJS.ProcessEnv} environment where proxies and certificates are said */
  constructor(environment = process.env) {
    this.#environment = environment;
  }

  /**
   * @param {Request} request
   * @param {Sending} sending
   * @returns {ReturnType<HttpClient["send"]>}
   */
  async send(request, { archive, signal, onSent }) {
    const stop = new AbortController();
    const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    let body;
    let watch;
    try {
      body = await RequestBody.open(request.body, archive);
      watch = watchOver(body, Number(request.timeoutMs), onSent, () => stop.abort(new Stalled()));
      const response = await this.#exchange(request, body, either);
      if (body.size !== undefined) {
        onSent?.(body.size, body.size);
      }
      return { tag: "answered", val: { ...response, sentSha256: body.sha256 } };
    } catch (error) {
      signal?.throwIfAborted();
      const stalled = stop.signal.aborted;
      return { tag: "no-answer", val: stalled ? { tag: "timeout" } : transportErrorOf(error) };
    } finally {
      clearInterval(watch);
      await body?.close();
    }
  }

  /**
   * Sends it and reads the whole answer.
   * @param {Request} request
   * @param {RequestBody} body
   * @param {AbortSignal} signal
   * @returns {Promise<Response>}
   */
  async #exchange(request, body, signal) {
    const { origin, pathname, search, protocol } = new URL(request.url);
    const headers = request.headers.flatMap(({ name, value }) => [name, value]);
    if (body.size !== undefined) {
      headers.push("Content-Length", String(body.size));
    }
    const dispatcher = await this.#dispatcherFor(protocol);
    const answer = await dispatcher.request({
      origin,
      path: pathname + search,
      method: /** @type {Dispatcher.HttpMethod} */ (request.method),
      headers,
      body: body.content,
      responseHeaders: "raw",
      signal,
    });
    body.moved++;
    const chunks = [];
    let length = 0;
    for await (const chunk of answer.body) {
      body.moved += chunk.length;
      length += chunk.length;
      if (length > request.responseLimit) {
        throw new ResponseTooLarge();
      }
      chunks.push(chunk);
    }
    return {
      status: answer.statusCode,
      headers: inPairs(/** @type {string[]} */ (/** @type {unknown} */ (answer.headers))),
      body: Buffer.concat(chunks),
    };
  }

  /** @param {string} protocol */
  async #dispatcherFor(protocol) {
    // Certificates that can't be read are no concern of a request that needs none.
    const secure = protocol === "https:" || this.#proxies.some((proxy) => proxy?.startsWith("https:"));
    this.#dispatchers[secure ? "secure" : "plain"] ??= this.#connect(secure);
    return await /** @type {Promise<Dispatcher>} */ (this.#dispatchers[secure ? "secure" : "plain"]);
  }

  /** @param {boolean} secure */
  async #connect(secure) {
    const { Agent, EnvHttpProxyAgent } = await import("undici");
    const tls = secure ? await trust(this.#environment) : {};
    const options = {
      connect: { ...tls, timeout: CONNECT_TIMEOUT },
      // There is a watch of our own, in both directions.
      headersTimeout: 0,
      bodyTimeout: 0,
      // A connection for each request. One that idles, while an archive is made for example, may be
      // closed by the server just as the next request is sent, and nobody could tell whether that was
      // acted on.
      pipelining: 0,
    };
    const [httpProxy, httpsProxy] = this.#proxies;
    if (!httpProxy && !httpsProxy) {
      return new Agent(options);
    }
    const { no_proxy, NO_PROXY } = this.#environment;
    return new EnvHttpProxyAgent({
      ...options,
      httpProxy,
      httpsProxy,
      noProxy: no_proxy ?? NO_PROXY ?? "",
      // Only what is secret to the proxy is tunnelled, as everywhere.
      proxyTunnel: false,
      requestTls: tls,
      proxyTls: tls,
    });
  }

  /** The proxies for http and for https. */
  get #proxies() {
    const env = this.#environment;
    const all = env.all_proxy || env.ALL_PROXY;
    return [env.http_proxy || env.HTTP_PROXY || all, env.https_proxy || env.HTTPS_PROXY || all];
  }
}

/**
 * Reports an upload's progress, and calls `onStall` once nothing has moved for too long, or once the answer
 * is not whole long after the request was sent.
 * @param {RequestBody} body
 * @param {number} limit in milliseconds
 * @param {Sending["onSent"]} onSent
 * @param {() => void} onStall
 */
function watchOver(body, limit, onSent, onStall) {
  let seen = 0;
  let since = performance.now();
  /** @type {number | undefined} */
  let sentSince;
  return setInterval(
    () => {
      if (body.size === undefined || body.moved >= body.size) {
        sentSince ??= performance.now();
        if (performance.now() - sentSince >= ANSWER_TIMEOUTS * limit) {
          onStall();
        }
      }
      if (body.moved !== seen) {
        seen = body.moved;
        since = performance.now();
        if (body.size !== undefined) {
          onSent?.(Math.min(seen, body.size), body.size);
        }
      } else if (performance.now() - since >= limit) {
        onStall();
      }
    },
    Math.min(WATCH_INTERVAL, limit),
  );
}

/** @param {string[]} names and values in turn */
function inPairs(names) {
  /** @type {[name: string, value: string][]} */
  const pairs = [];
  for (let index = 0; index + 1 < names.length; index += 2) {
    pairs.push([names[index], names[index + 1]]);
  }
  return pairs;
}
