// What can go wrong, as errors that a program can tell apart.

/** @import { Finding, Receipt } from "./types.js" */

/** Something is wrong with the template, the artifact or the checkpoint. Nothing was sent. */
export class DiagnosticsError extends Error {
  name = "DiagnosticsError";

  /** @param {Finding[]} diagnostics all that is wrong, warnings included, in the order of the texts */
  constructor(diagnostics) {
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    super(errors.map(({ message }) => message).join("; "));
    this.diagnostics = diagnostics;
  }
}

/** It could not be published, or not through all post-processors. */
export class PublishError extends Error {
  name = "PublishError";

  /**
   * @param {string} code a stable kebab-case name, such as `authentication-failed`
   * @param {string} message what happened and what to do
   * @param {Receipt[]} published what was published before
   */
  constructor(code, message, published = []) {
    super(message);
    this.code = code;
    this.published = published;
  }
}

/** A file of the artifact can't be packed, or the archive can't be kept. The message says what to do. */
export class PackingError extends Error {
  name = "PackingError";
}

/**
 * The component itself did not do its part.
 * @param {string} message
 */
export function componentFailed(message) {
  return new PublishError("component-failed", message);
}

/**
 * An error's message. Of a file's, without the call and the path: who shows it names the file.
 * @param {unknown} error
 */
export function messageOf(error) {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const call = "syscall" in error && "errno" in error ? `, ${error.syscall}` : undefined;
  return call ? error.message.split(call)[0] : error.message;
}

/**
 * Node's name for what went wrong with a file or a connection, such as `ENOENT`.
 * @param {unknown} error
 * @returns {string | undefined}
 */
export function codeOf(error) {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
