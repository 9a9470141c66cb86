// Whose certificates are trusted.

import { X509Certificate } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
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
  if (!ATLAS_CAFILE && !ATLAS_CAPATH) {
    return {};
  }
  let place = ATLAS_CAFILE ? `ATLAS_CAFILE: ${ATLAS_CAFILE}` : `ATLAS_CAPATH: ${ATLAS_CAPATH}`;
  const ca = [];
  try {
    for (const file of ATLAS_CAFILE ? [ATLAS_CAFILE] : await filesIn(ATLAS_CAPATH ?? "")) {
      place = ATLAS_CAFILE ? place : `ATLAS_CAPATH: ${file}`;
      const found = (await readFile(file, "latin1")).match(CERTIFICATE) ?? [];
      if (found.length === 0) {
        throw new Error("no certificate in it");
      }
      found.map((pem) => new X509Certificate(pem));
      ca.push(...found);
    }
    return { ca };
  } catch (error) {
    throw new Untrusted(`${place}: ${messageOf(error)}`);
  }
}

/** @param {string} directory */
async function filesIn(directory) {
  const entries = await readdir(directory, { withFileTypes: true });
  const paths = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => join(directory, name));
  return paths.sort();
}
