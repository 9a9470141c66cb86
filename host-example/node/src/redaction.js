// Requests and answers as they may be shown: without their secrets.
//
// Nothing in here is Node's alone: the web page uses it as well.

/** @import { Request, Response } from "../component/interfaces/atlas-post-processor-publishing.js" */

/**
 * A request to be shown or logged.
 * @typedef {object} ShownRequest
 * @property {string} purpose what it is for
 * @property {string} method
 * @property {string} url only its origin if the rest is a secret
 * @property {{ name: string, value: string }[]} headers
 * @property {unknown} [json] the body, if it is JSON
 * @property {string} [file] the body, if it is a file
 * @property {boolean} [archive] whether the body is the archive
 */

/**
 * An answer to be shown or logged.
 * @typedef {object} ShownResponse
 * @property {number} status
 * @property {{ name: string, value: string }[]} headers
 * @property {unknown} [json] the body, if it is JSON
 */

/** What stands in the place of a secret. */
export const REDACTED = "[redacted]";

/** What a secret's name has in it. */
const SECRET_WORDS = [
  "token",
  "secret",
  "password",
  "passwd",
  "passphrase",
  "credential",
  "private",
  "key",
];
/** Answers do not say which of their headers are secret. */
const SECRET_HEADERS = ["location", "set-cookie"];
/** Where an upload goes is as good as a token. */
const SECRET_FIELD = "upload_path";

/**
 * Whether the value of that name is none of the onlookers' business.
 * @param {string} name
 */
export function soundsSecret(name) {
  const lower = name.toLowerCase();
  return SECRET_WORDS.some((word) => lower.includes(word));
}

/**
 * @param {Request} request
 * @returns {ShownRequest}
 */
export function shownRequest({ purpose, method, url, sensitiveUrl, headers, body }) {
  return {
    purpose,
    method,
    url: sensitiveUrl ? originOf(url) : url,
    headers: headers.map(({ name, value, sensitive }) => ({ name, value: sensitive ? REDACTED : value })),
    json: body.tag === "bytes" ? shownJson(body.val) : undefined,
    file: body.tag === "file" ? body.val : undefined,
    archive: body.tag === "archive" || undefined,
  };
}

/**
 * @param {Response} response
 * @param {Request} request the one that it answers
 * @returns {ShownResponse}
 */
export function shownResponse({ status, headers, body }, { sensitiveUrl }) {
  return {
    status,
    headers: headers.map(([name, value]) => {
      const secret = sensitiveUrl || soundsSecret(name) || SECRET_HEADERS.includes(name.toLowerCase());
      return { name, value: secret ? REDACTED : value };
    }),
    json: shownJson(body),
  };
}

/** @param {string} url */
function originOf(url) {
  try {
    return `${new URL(url).origin}/${REDACTED}`;
  } catch {
    return REDACTED;
  }
}

/** @param {Uint8Array} bytes */
function shownJson(bytes) {
  try {
    return redact(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

/**
 * @param {unknown} value
 * @returns {unknown}
 */
function redact(value) {
  if (Array.isArray(value)) {
    return value.map(redact);
  }
  if (value === null || typeof value !== "object") {
    return value;
  }
  const fields = Object.entries(value).map(([name, field]) => [
    name,
    name === SECRET_FIELD || soundsSecret(name) ? REDACTED : redact(field),
  ]);
  return Object.fromEntries(fields);
}
