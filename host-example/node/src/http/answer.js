// The answer to a request, while it comes: its body is kept in memory, or goes into the file of a download.

import { NotSaved, ResponseTooLarge, transportErrorOf } from "./transport-error.js";

/**
 * @import { Request, Response } from "../../component/interfaces/atlas-post-processor-http.js"
 * @import { DownloadFile } from "../download-file.js"
 */

const OK = 200;
const PARTIAL_CONTENT = 206;

/** The answer to one request. */
export class Answer {
  /** How many bytes have come; heads count as one. */
  received = 0;
  /** Whether its body goes into the file of the download. */
  isSaved = false;
  /** How many bytes that file will have, if that is known. @type {number | undefined} */
  total;
  #request;
  #download;
  #status = 0;
  /** @type {Response["headers"]} */
  #headers = [];
  /** @type {Uint8Array[]} */
  #chunks = [];
  #length = 0;

  /**
   * @param {Request} request
   * @param {DownloadFile} [download] what it goes into, if the request asks for that
   */
  constructor(request, download) {
    this.#request = request;
    this.#download = download;
  }

  /**
   * Takes its head.
   * @param {number} status
   * @param {Response["headers"]} headers
   * @throws {NotSaved}
   */
  begin(status, headers) {
    this.received++;
    this.#status = status;
    this.#headers = headers;
    const { saveAt } = this.#request;
    if (saveAt !== undefined && this.#download && (status === OK || status === PARTIAL_CONTENT)) {
      const offset = status === PARTIAL_CONTENT ? Number(saveAt) : 0;
      const length = headers.find(([name]) => name.toLowerCase() === "content-length")?.[1];
      this.total = length === undefined ? undefined : offset + Number(length);
      this.isSaved = true;
      this.#save((file) => file.cut(offset));
    }
  }

  /**
   * Takes more of its body.
   * @param {Uint8Array} chunk
   * @throws {NotSaved | ResponseTooLarge}
   */
  take(chunk) {
    this.received += chunk.length;
    if (this.isSaved) {
      if (BigInt(this.#download?.size ?? 0) + BigInt(chunk.length) > this.#request.saveLimit) {
        throw new ResponseTooLarge();
      }
      this.#save((file) => file.write(chunk));
      return;
    }
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length > this.#request.responseLimit) {
      throw new ResponseTooLarge();
    }
  }

  /**
   * All of it.
   * @param {{ sent: bigint, sentSha256?: string }} sent
   * @param {unknown} [broken] why it broke off
   * @returns {Response}
   */
  response(sent, broken) {
    const saved = this.#saved(broken);
    return {
      status: this.#status,
      headers: this.#headers,
      body: Buffer.concat(this.#chunks),
      ...sent,
      saved,
    };
  }

  /** @param {unknown} broken */
  #saved(broken) {
    if (!this.isSaved || !this.#download) {
      return undefined;
    }
    const size = BigInt(this.#download.size);
    return broken ? { size, error: transportErrorOf(broken) } : { size, sha256: this.#download.sha256() };
  }

  /** @param {(file: DownloadFile) => void} work */
  #save(work) {
    try {
      work(/** @type {DownloadFile} */ (this.#download));
    } catch (error) {
      throw new NotSaved(error);
    }
  }
}
