// Whose certificates are trusted.

import { X509Certificate } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { messageOf } from "../errors.js";

/** The certificates that should be trusted can't be read. */
export class Untrusted extends Error {}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * What the `ATLAS_` variables of an environment say about trust, as options of a TLS connection.
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<{ rejectUnauthorized?: boolean, ca?: string[] }>}
 * @throws {Untrusted} naming what can't be used
 */
export async function trust({ ATLAS_TLS_NOVERIFY, ATLAS_CAFILE, ATLAS_CAPATH }) {
  if (ATLAS_TLS_NOVERIFY) {
    return { rejectUnauthorized: false };
  }
  if (ATLAS_CAFILE) {
    return { ca: await certificates("ATLAS_CAFILE", ATLAS_CAFILE) };
  }
  if (ATLAS_CAPATH) {
    const files = await filesIn(ATLAS_CAPATH);
    const found = await Promise.all(files.map((file) => certificates("ATLAS_CAPATH", file)));
    return { ca: found.flat() };
  }
  return {};
}

/** @param {string} directory */
async function filesIn(directory) {
  try {
    const paths = (await readdir(directory)).sort().map((name) => join(directory, name));
    const stats = await Promise.all(paths.map((path) => stat(path)));
    return paths.filter((_, index) => stats[index].isFile());
  } catch (error) {
    throw new Untrusted(`ATLAS_CAPATH: ${directory}: ${messageOf(error)}`);
  }
}

/**
 * @param {string} variable
 * @param {string} file
 */
async function certificates(variable, file) {
  try {
    const found = (await readFile(file, "latin1")).match(CERTIFICATE) ?? [];
    if (found.length === 0) {
      throw new Error("no certificate in it");
    }
    for (const pem of found) {
      new X509Certificate(pem);
    }
    return found;
  } catch (error) {
    throw new Untrusted(`${variable}: ${file}: ${messageOf(error)}`);
  }
}
