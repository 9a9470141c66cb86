// Finds what is in Atlas, and downloads it.

import { DownloadFile } from "./download-file.js";
import { drive } from "./drive.js";
import { messageOf } from "./errors.js";
import { UndiciClient } from "./http/client.js";
import { unusable } from "./input.js";
import { visible } from "./prepare.js";
import { REFUSED, work } from "./work.js";

/**
 * @import { Options as Beginning, Query } from "../component/interfaces/atlas-post-processor-fetching.js"
 * @import { Ending } from "../component/interfaces/atlas-post-processor-reporting.js"
 * @import { Component } from "./component.js"
 * @import { Telling } from "./telling.js"
 * @import { DownloadJob, FindJob, Options, Report } from "./types.js"
 */

/**
 * Finds a version of an artifact.
 * @param {FindJob} job
 * @param {Options} [options]
 * @returns {Promise<Report>}
 */
export function find(job, options = {}) {
  return work(options, undefined, async ({ component, telling }) => {
    const { fetching } = await start(component, telling, options);
    const fetch = await telling.begun(fetching.find(queryOf(job), beginningOf(job)));
    const client = new UndiciClient(options.environment);
    return fetch ? drive(fetch, telling.reporter, { ...options, client }) : REFUSED;
  });
}

/**
 * Finds a version of an artifact, and downloads its file.
 * @param {DownloadJob} job
 * @param {Options} [options]
 * @returns {Promise<Report>}
 */
export function download(job, options = {}) {
  return work(options, job.checkpoint, async ({ component, telling, file: kept, checkpoint }) => {
    const { fetching, inputs } = await start(component, telling, options);
    const text = await checkpoint(Number(await inputs.textLimit()) + 1);
    const [query, beginning] = [queryOf(job), beginningOf(job)];
    // What is wrong with the query is told, and a name for the file known, before there is a file.
    const unsaved = await telling.checked(fetching.download(query, beginning));
    if (!unsaved || telling.isRefused) {
      return REFUSED;
    }
    const output = job.output ?? (await unsaved.fileName());
    const file = await DownloadFile.open(output).catch((error) => unusable("files", output, error));
    if (!(file instanceof DownloadFile)) {
      await telling.document(file);
      return REFUSED;
    }
    try {
      if (!kept?.holds) {
        await remove(file);
      }
      const saved = { checkpoint: text, saved: BigInt(file.size) };
      const fetch = await telling.begun(fetching.download(query, { ...beginning, ...saved }));
      if (!fetch) {
        return REFUSED;
      }
      const client = new UndiciClient(options.environment);
      const means = { ...options, client, download: file, checkpoint: kept };
      const ending = await drive(fetch, telling.reporter, means);
      return ending.tag === "done" ? await finish(file, ending) : ending;
    } finally {
      // Nobody could go on with it.
      if (!file.isWhole && !kept?.holds) {
        await remove(file);
      }
      await file.close();
    }
  });
}

/**
 * Begins to tell. Gives an instance that sees what is for every template.
 * @param {Component} component
 * @param {Telling} telling
 * @param {Options} options
 */
async function start(component, telling, { environment = process.env }) {
  const { template } = await component.instantiate();
  const names = await template.environment(new Uint8Array());
  return telling.begin(component, visible(environment, names), []);
}

/**
 * @param {FindJob} job
 * @returns {Query}
 */
function queryOf({ slug, version, build, metadata = [], field }) {
  const pairs = Array.isArray(metadata) ? metadata : Object.entries(metadata);
  const wanted = { slug, version: version?.toString(), build: build?.toString(), field };
  return { ...wanted, metadata: pairs.map(([key, value]) => [key, value]) };
}

/**
 * @param {FindJob} job
 * @returns {Beginning}
 */
function beginningOf({ address, token, retry }) {
  const policy = retry && { attempts: retry.attempts, timeoutMs: BigInt(retry.timeoutMs) };
  return { address, token, retry: policy, saved: 0n };
}

/**
 * What can't be removed can't be written either, which is told then.
 * @param {DownloadFile} file
 */
function remove(file) {
  return file.remove().catch(() => {});
}

/**
 * Puts a file that is whole in its place.
 * @param {DownloadFile} file
 * @param {Ending} ending
 * @returns {Promise<Ending>}
 */
async function finish(file, ending) {
  try {
    await file.finish();
    return ending;
  } catch (error) {
    const message = `the file can't be written: ${messageOf(error)}`;
    return { tag: "failed", val: { code: "file-not-written", message, published: [] } };
  }
}
