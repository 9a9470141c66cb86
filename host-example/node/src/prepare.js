// From a job to what is published: post-processors, of a template or a configuration, and an artifact. All that
// is wrong is found at once.

import { resolve } from "node:path";

import { directoriesOf, resolveFiles } from "./artifact-files.js";
import { Refusal } from "./errors.js";
import { readDocument } from "./input.js";

/**
 * @import { Diagnostic, Run } from "../component/interfaces/atlas-post-processor-types.js"
 * @import { Options as Beginning } from "../component/interfaces/atlas-post-processor-publishing.js"
 * @import { Selection } from "../component/interfaces/atlas-post-processor-template.js"
 * @import { Component, Instance } from "./component.js"
 * @import { Document } from "./input.js"
 * @import { Telling } from "./telling.js"
 * @import { Job } from "./types.js"
 */

/**
 * A job, read and checked by itself.
 * @typedef {NonNullable<Awaited<ReturnType<typeof prepare>>>} Prepared
 */

/**
 * Reads a job and checks it. Undefined if something is wrong.
 * @param {Component} component
 * @param {Telling} telling
 * @param {Job} job
 * @param {NodeJS.ProcessEnv} machine what the environment is taken from
 */
export async function prepare(component, telling, job, machine) {
  // What may be seen is said by the template, and what is secret by the variables: until then, nothing is.
  const blind = await component.instantiate();
  const limit = Number(await blind.inputs.textLimit()) + 1;
  const isTemplate = job.config === undefined;
  const chosen = isTemplate
    ? await readDocument("template", job.template ?? "", limit)
    : await readDocument("configuration", job.config ?? "", limit);
  const names = await blind.template.environment(isTemplate ? chosen.text : new Uint8Array());
  const environment = visible(machine, names);
  const given = await readVariables(job, blind, limit);
  const variables = given.flatMap(({ list }) => list);
  const instance = await telling.begin(component, environment, variables);
  const run = {
    templatePath: typeof job.template === "string" ? resolve(job.template) : undefined,
    workingDirectory: process.cwd(),
    startedAt: BigInt(Math.floor(Date.now() / 1000)),
    variables,
  };
  const select = () =>
    isTemplate
      ? telling.checked(instance.template.select(chosen.text, run, job.build))
      : configured(instance, telling, chosen, job, run);
  const selection = (await telling.document(chosen)) ? await select() : undefined;
  for (const { document, found } of given) {
    if (document && (await telling.document(document))) {
      await telling.found(found);
    }
  }
  const described = job.artifact ?? job.manifest;
  const document = described === undefined ? undefined : await readDocument("artifact", described, limit);
  let artifact;
  if (document && (await telling.document(document)) && (job.artifact !== undefined || selection)) {
    const { fromRecord, fromManifest } = instance.artifacts;
    // Which of the manifest's builds is meant, only a template that is right can tell.
    const isRecord = job.artifact !== undefined || !selection;
    const reading = isRecord ? fromRecord(document.text) : fromManifest(document.text, selection.build);
    const read = await telling.checked(reading);
    await telling.found(read?.[1] ?? []);
    artifact = read?.[0];
  }
  if (!selection || telling.isRefused) {
    return undefined;
  }
  await telling.found(selection.warnings);
  const files = await resolveFiles(artifact?.files ?? [], run.workingDirectory);
  const guest = { component, instance, environment, limit };
  return { ...guest, ...selection, artifact: artifact && { ...artifact, files } };
}

/**
 * The one post-processor of a configuration, as if a template had it. Undefined if something is wrong.
 * @param {Instance} instance
 * @param {Telling} telling
 * @param {Document} document
 * @param {Job} job
 * @param {Run} run
 * @returns {Promise<Selection | undefined>}
 */
async function configured({ configuration }, telling, document, { set = [], build: name = "" }, run) {
  const values = Array.isArray(set) ? set : Object.entries(set);
  const postProcessor = await telling.checked(configuration.fromText(document.text, values));
  if (!postProcessor) {
    return undefined;
  }
  // With what was set in it: findings point into that.
  await telling.document({ ...document, text: Buffer.from(postProcessor.config) });
  return { build: { name, builderType: "", run }, postProcessors: [postProcessor], warnings: [] };
}

/**
 * Checks the configurations by themselves.
 * @param {Prepared} prepared
 * @param {Telling} telling
 */
export async function validateAlone({ instance, postProcessors, build }, telling) {
  for (const postProcessor of postProcessors) {
    const warnings = telling.checked(instance.configuration.validate(postProcessor, build));
    await telling.found((await warnings) ?? []);
  }
}

/**
 * Begins to publish, which checks the configurations and whether the artifact fits them. Undefined if
 * something is wrong.
 * @param {Prepared} prepared
 * @param {Telling} telling
 * @param {Beginning} [options]
 */
export async function begin({ component, environment, postProcessors, build, artifact }, telling, options) {
  if (!artifact) {
    return undefined;
  }
  const directories = await directoriesOf(artifact.files);
  const { publishing } = await component.instantiate({ environment, directories });
  const beginning = publishing.begin(postProcessors, build, artifact, options);
  const publication = await telling.begun(beginning);
  return publication && { publication, files: artifact.files, directories };
}

/**
 * The variables of the environment that the guest sees.
 * @param {NodeJS.ProcessEnv} environment
 * @param {string[]} names
 */
export function visible(environment, names) {
  return names.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [/** @type {[name: string, value: string]} */ ([name, value])];
  });
}

/**
 * The user variables in their order, with what is wrong with files of them.
 * @param {Job} job
 * @param {Instance} instance
 * @param {number} limit
 * @returns {Promise<{ list: [name: string, value: string][], document?: Document, found: Diagnostic[] }[]>}
 */
function readVariables({ variableFiles = [], variables = [] }, { inputs }, limit) {
  const given = [...variableFiles, ...(Array.isArray(variables) ? variables : Object.entries(variables))];
  return Promise.all(
    given.map(async (one) => {
      if (Array.isArray(one)) {
        return { list: [one], found: [] };
      }
      const document = await readDocument("variables", one, limit);
      try {
        return { document, list: document.error ? [] : await inputs.variables(document.text), found: [] };
      } catch (error) {
        if (error instanceof Refusal) {
          return { document, list: [], found: error.diagnostics };
        }
        throw error;
      }
    }),
  );
}
