// Checks what is to be published, and publishes it.

import { availableParallelism, tmpdir } from "node:os";

import { drive } from "./drive.js";
import { UndiciClient } from "./http/client.js";
import { begin, prepare, validateAlone } from "./prepare.js";
import { REFUSED, work } from "./work.js";

/** @import { Job, Options, Report } from "./types.js" */

/**
 * Checks a template or a configuration, and whether an artifact fits it if there is one. Nothing is sent.
 * @param {Job} job
 * @param {Options} [options]
 * @returns {Promise<Report>}
 */
export async function validate(job, options = {}) {
  mustHaveOne(job);
  return work(options, undefined, async ({ component, telling }) => {
    const prepared = await prepare(component, telling, job, options.environment ?? process.env);
    if (prepared) {
      await (prepared.artifact ? begin(prepared, telling) : validateAlone(prepared, telling));
    }
    return telling.isRefused ? REFUSED : { tag: "valid" };
  });
}

/**
 * Publishes an artifact through the `atlas` post-processors of a template's build, or through the one that a
 * configuration makes.
 * @param {Job} job
 * @param {Options} [options]
 * @returns {Promise<Report>}
 */
export async function publish(job, options = {}) {
  mustHaveOne(job);
  if ((job.artifact === undefined) === (job.manifest === undefined)) {
    throw new TypeError("either an artifact or a manifest is needed");
  }
  return work(options, job.checkpoint, async ({ component, telling, file, checkpoint }) => {
    const prepared = await prepare(component, telling, job, options.environment ?? process.env);
    const text = prepared && (await checkpoint(prepared.limit));
    if (!prepared || telling.isRefused) {
      return REFUSED;
    }
    const { retry, confirm = true, compression: level = 6, spool = tmpdir() } = job;
    const begun = await begin(prepared, telling, {
      retry: retry && { attempts: retry.attempts, timeoutMs: BigInt(retry.timeoutMs) },
      confirm,
      checkpoint: text,
    });
    if (!begun) {
      return REFUSED;
    }
    const { publication, files, directories } = begun;
    const workers = availableParallelism();
    return drive(publication, telling.reporter, {
      ...options,
      client: new UndiciClient(options.environment),
      files,
      packing: { level, spool, workers, directories, component: options.component },
      checkpoint: file,
    });
  });
}

/** @param {Job} job */
function mustHaveOne({ template, config, set }) {
  if ((template === undefined) === (config === undefined)) {
    throw new TypeError("either a template or a configuration is needed");
  }
  if (set !== undefined && config === undefined) {
    throw new TypeError("only in a configuration can keys be set");
  }
}
