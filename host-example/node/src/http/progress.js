// How far a request has come, and whether it takes too long.

/**
 * @import { Request } from "../../component/interfaces/atlas-post-processor-http.js"
 * @import { Answer } from "./answer.js"
 * @import { RequestBody } from "./body.js"
 */

/** How far a request has come, and when. */
export class Progress {
  isConnected = false;
  /** @type {number | undefined} */
  #sentAt;
  #moved = 0;
  #movedAt = performance.now();
  #request;
  #body;
  #answer;

  /**
   * @param {Request} request
   * @param {RequestBody} body
   * @param {Answer} answer
   */
  constructor(request, body, answer) {
    this.#request = request;
    this.#body = body;
    this.#answer = answer;
  }

  /** Whether one of the request's time-outs is over. To be asked all the time. */
  isLate() {
    const { connectTimeoutMs, idleTimeoutMs, answerTimeoutMs } = this.#request;
    const now = performance.now();
    if (!this.isConnected) {
      return now - this.#movedAt >= connectTimeoutMs;
    }
    const moved = 1 + this.#body.sent + this.#answer.received;
    this.#movedAt = moved === this.#moved ? this.#movedAt : now;
    this.#moved = moved;
    if (this.#body.sent === this.#body.length) {
      this.#sentAt ??= now;
    }
    // What is saved takes as long as it takes.
    const answering = this.#answer.isSaved ? 0 : now - (this.#sentAt ?? now);
    return now - this.#movedAt >= idleTimeoutMs || answering >= answerTimeoutMs;
  }
}
