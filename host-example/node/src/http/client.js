// Sends requests exactly as they are: HTTP/1.1, these headers, no redirects, no retries.

import { RequestBody } from "./body.js";
import { exchange } from "./exchange.js";
import { NotSaved, transportErrorOf } from "./transport-error.js";
import { trust } from "./trust.js";

/**
 * @import { Dispatcher } from "undici"
 * @import { Request } from "../../component/interfaces/atlas-post-processor-http.js"
 * @import { Outcome } from "../../component/interfaces/atlas-post-processor-steps.js"
 * @import { DownloadFile } from "../download-file.js"
 * @import { Packed } from "../packing/pack.js"
 *
 * @typedef {object} Sending what a request is sent with
 * @property {Packed} [archive] what the body's source `archive` stands for
 * @property {DownloadFile} [download] what an answer that is to be saved goes into
 * @property {AbortSignal} [signal] gives the request up; `send` then throws the signal's reason
 * @property {(bytes: number, of?: number) => void} [onProgress] so much of a file is sent or saved
 *
 * @typedef {object} HttpClient what sends the requests that the component asks for, as `wit/http.wit` says it
 * @property {(request: Request, sending: Sending) => Promise<Outcome & { tag: "answered" | "no-answer" }>} send
 */

/**
 * Sends requests with undici. Trusts Node's certificates, or those in the PEM file that `ATLAS_CAFILE`
 * names, or in the PEM files of the directory `ATLAS_CAPATH`; with `ATLAS_TLS_NOVERIFY`, any. Takes
 * proxies from `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`.
 * @implements {HttpClient}
 */
export class UndiciClient {
  #environment;

  /** @param {NodeJS.ProcessEnv} environment where proxies and certificates are said */
  constructor(environment = process.env) {
    this.#environment = environment;
  }

  /** @type {HttpClient["send"]} */
  async send(request, sending) {
    const body = new RequestBody();
    try {
      await body.open(request.body, sending.archive, sending.signal);
      if (request.saveAt !== undefined && sending.download) {
        // Now: no server waits meanwhile.
        await prepared(sending.download, request.saveAt, sending.signal);
      }
      const dispatcher = await this.#dispatcherFor(request);
      return { tag: "answered", val: await exchange(dispatcher, request, body, sending) };
    } catch (error) {
      sending.signal?.throwIfAborted();
      return { tag: "no-answer", val: transportErrorOf(error) };
    } finally {
      await body.close();
    }
  }

  /**
   * A connection for one request. One that idles, while an archive is made for example, may be closed by
   * the server just as the next request is sent, and nobody could tell whether that was acted on.
   * @param {Request} request
   * @returns {Promise<Dispatcher>}
   */
  async #dispatcherFor({ url, connectTimeoutMs }) {
    const { Agent, EnvHttpProxyAgent } = await import("undici");
    const env = this.#environment;
    const all = env.all_proxy || env.ALL_PROXY;
    const httpProxy = env.http_proxy || env.HTTP_PROXY || all;
    const httpsProxy = env.https_proxy || env.HTTPS_PROXY || all;
    // Certificates that can't be read are no concern of a request that needs none.
    const isSecure = [url, httpProxy, httpsProxy].some((address) => address?.startsWith("https:"));
    const tls = isSecure ? await trust(env) : {};
    // For answers, there is a watch of our own.
    const timeouts = { headersTimeout: 0, bodyTimeout: 0 };
    const options = { connect: { ...tls, timeout: Number(connectTimeoutMs) }, ...timeouts, pipelining: 0 };
    if (!httpProxy && !httpsProxy) {
      return new Agent(options);
    }
    const noProxy = env.no_proxy ?? env.NO_PROXY ?? "";
    const proxies = { httpProxy, httpsProxy, noProxy, requestTls: tls, proxyTls: tls };
    // Only what is secret to the proxy is tunnelled, as everywhere.
    return new EnvHttpProxyAgent({ ...options, ...proxies, proxyTunnel: false });
  }
}

/**
 * @param {DownloadFile} download
 * @param {bigint} saveAt
 * @param {AbortSignal} [signal]
 */
async function prepared(download, saveAt, signal) {
  try {
    await download.prepare(Number(saveAt), signal);
  } catch (error) {
    throw new NotSaved(error);
  }
}
