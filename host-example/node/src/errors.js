// What can go wrong, as errors that a program can tell apart.

/**
 * @import { Diagnostic, FileError } from "../component/interfaces/atlas-post-processor-types.js"
 */

/** The component finds something wrong with what it was given. */
export class Refusal extends Error {
  name = "Refusal";

  /** @param {Diagnostic[]} diagnostics */
  constructor(diagnostics) {
    super(diagnostics.map(({ message }) => message).join("; "));
    this.diagnostics = diagnostics;
  }
}

/** The component did not do its part: it broke, or took too long. It can't be used any more. */
export class ComponentFailed extends Error {
  name = "ComponentFailed";
  code = "component-failed";
}

/** The host can't read or write a file. */
export class FileFailed extends Error {
  name = "FileFailed";

  /** @param {FileError} reason */
  constructor(reason) {
    super("val" in reason ? reason.val : reason.tag);
    this.reason = reason;
  }
}

/**
 * What some work on a file gives, or a `FileFailed`.
 * @template T
 * @param {Promise<T>} work
 */
export function onFile(work) {
  return work.catch((error) => {
    throw new FileFailed(fileErrorOf(error));
  });
}

/** @type {Record<string, Exclude<FileError["tag"], "other">>} */
const FILE_ERRORS = {
  ENOENT: "not-found",
  EACCES: "access-denied",
  EPERM: "access-denied",
  EISDIR: "is-directory",
  ENOSPC: "no-space",
  EDQUOT: "no-space",
  EBUSY: "in-use",
};

/**
 * Why a file can't be read or written, in the contract's words.
 * @param {unknown} error
 * @returns {FileError}
 */
export function fileErrorOf(error) {
  if (error instanceof FileFailed) {
    return error.reason;
  }
  const tag = FILE_ERRORS[codeOf(error) ?? ""];
  return tag ? { tag } : { tag: "other", val: messageOf(error) };
}

/**
 * An error's message. Of a file's, without its code, the call and the path: who shows it names the file.
 * @param {unknown} error
 */
export function messageOf(error) {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const { code, syscall } = /** @type {NodeJS.ErrnoException} */ (error);
  return syscall ? error.message.replace(`${code}: `, "").split(`, ${syscall}`)[0] : error.message;
}

/**
 * Node's name for what went wrong with a file or a connection, such as `ENOENT`.
 * @param {unknown} error
 * @returns {string | undefined}
 */
export function codeOf(error) {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
