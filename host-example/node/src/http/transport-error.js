// Why there is no answer, in the contract's words.

import { codeOf, FileFailed, fileErrorOf, messageOf } from "../errors.js";
import { Untrusted } from "./trust.js";

/** @import { TransportError } from "../../component/interfaces/atlas-post-processor-http.js" */

/** One of the request's time-outs is over. */
export class TimedOut extends Error {}

/** The answer's body is longer than the request allows. */
export class ResponseTooLarge extends Error {}

/** The file of a download can't be written. */
export class NotSaved extends FileFailed {
  /** @param {unknown} cause */
  constructor(cause) {
    super(fileErrorOf(cause));
  }
}

/** OpenSSL's, Node's and undici's names for what is wrong. */
const CODES = Object.entries({
  dns: /^(ENOTFOUND$|EAI_)/,
  refused: /^ECONNREFUSED$/,
  timeout: /^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/,
  interrupted:
    /^(ECONNRESET|ECONNABORTED|EPIPE|ENOTCONN|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/,
  tls: /^(ERR_TLS_|ERR_SSL_|EPROTO$|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|ERROR_IN_CERT)/,
});

/**
 * Sorts an error by what lies at its root.
 * @param {unknown} error
 * @returns {TransportError}
 */
export function transportErrorOf(error) {
  if (error instanceof FileFailed) {
    return { tag: error instanceof NotSaved ? "body-not-saved" : "body-unreadable", val: error.reason };
  }
  if (error instanceof ResponseTooLarge) {
    return { tag: "response-too-large" };
  }
  if (error instanceof TimedOut) {
    return { tag: "timeout" };
  }
  const code = codeOf(error) ?? "";
  const tag =
    error instanceof Untrusted ? "tls" : (CODES.find(([, codes]) => codes.test(code))?.[0] ?? "other");
  const isNamed = tag !== "tls" && tag !== "other";
  return /** @type {TransportError} */ (isNamed ? { tag } : { tag, val: messageOf(error) });
}
