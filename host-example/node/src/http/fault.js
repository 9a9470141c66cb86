// Why there is no answer, in the contract's words.
//
// No text names the URL: it can be a secret, and people are told what the request was for.

import { codeOf, messageOf } from "../errors.js";
import { Unreadable } from "./body.js";
import { Untrusted } from "./trust.js";

/** @import { TransportError } from "../../component/interfaces/atlas-post-processor-publishing.js" */

/** The answer's body is longer than the request allows. */
export class ResponseTooLarge extends Error {}

/** OpenSSL's and Node's names for what is wrong with a secure connection or a certificate. */
const TLS_CODE =
  /^(ERR_TLS_|ERR_SSL_|EPROTO$|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|ERROR_IN_CERT)/;
const DNS_CODES = ["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "EAI_NODATA", "EAI_NONAME"];
const TIMEOUT_CODES = ["ETIMEDOUT", "UND_ERR_CONNECT_TIMEOUT"];
const BROKEN_CODES = ["ECONNRESET", "ECONNABORTED", "EPIPE", "ENOTCONN", "UND_ERR_SOCKET"];

/**
 * Sorts an error by what lies at its root.
 * @param {unknown} error
 * @returns {TransportError}
 */
export function transportErrorOf(error) {
  const code = codeOf(error) ?? "";
  if (error instanceof Unreadable) {
    return { tag: "body-unreadable", val: error.message };
  }
  if (error instanceof ResponseTooLarge) {
    return { tag: "response-too-large" };
  }
  if (error instanceof Untrusted || TLS_CODE.test(code)) {
    return { tag: "tls", val: messageOf(error) };
  }
  if (DNS_CODES.includes(code)) {
    return { tag: "dns" };
  }
  if (code === "ECONNREFUSED") {
    return { tag: "refused" };
  }
  if (TIMEOUT_CODES.includes(code)) {
    return { tag: "timeout" };
  }
  if (BROKEN_CODES.includes(code)) {
    return { tag: "interrupted" };
  }
  return { tag: "other", val: messageOf(error) };
}

/**
 * @param {TransportError} error
 * @returns {string} for people
 */
export function transportErrorText(error) {
  switch (error.tag) {
    case "refused":
      return "the connection was refused";
    case "dns":
      return "the host name can't be resolved";
    case "tls":
      return `no secure connection: ${error.val}`;
    case "timeout":
      return "nothing moved for too long";
    case "interrupted":
      return "the connection broke";
    case "response-too-large":
      return "the answer is too long";
    case "body-unreadable":
      return `the file can't be read: ${error.val}`;
    case "other":
      return error.val;
  }
}
