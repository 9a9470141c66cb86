// Classes of the WASI shim, for ours to extend. Their types call all constructors private.

import { createFilesystem as create, types } from "@bytecodealliance/preview2-shim/filesystem";
import { error, streams } from "@bytecodealliance/preview2-shim/io";

/**
 * @import * as filesystem from "../component/interfaces/wasi-filesystem-types.js"
 * @import * as io from "../component/interfaces/wasi-io-streams.js"
 */

/**
 * @template T
 * @param {unknown} shim
 * @returns {new () => T}
 */
const extensible = (shim) => /** @type {new () => T} */ (shim);

/** @type {new () => filesystem.Descriptor} */
export const Descriptor = extensible(types.Descriptor);
/** @type {new () => filesystem.DirectoryEntryStream} */
export const DirectoryEntryStream = extensible(types.DirectoryEntryStream);
/** @type {new () => io.InputStream} */
export const InputStream = extensible(streams.InputStream);
/** @type {new () => io.OutputStream} */
export const OutputStream = extensible(streams.OutputStream);
/** @type {new (message: string) => object} */
export const IoError = extensible(error.Error);

/**
 * Directories of the machine by the paths that the guest knows them by. Node's shim has it; the types are
 * those of the browser's.
 * @type {(options: { preopens: Record<string, string> }) => { preopens: { getDirectories: () => [filesystem.Descriptor, string][] } }}
 */
export const createFilesystem = /** @type {any} */ (create);
