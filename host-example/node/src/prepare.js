// From texts to what is published: a template's post-processors and an artifact. Everything that is wrong
// is found at once.

import { isAbsolute } from "node:path";

import { instantiate } from "./component.js";
import { DiagnosticsError } from "./errors.js";
import { directoriesOf, resolveFiles } from "./files.js";
import { Refusal } from "./instance.js";
import { readOnly } from "./read-only.js";
import { Sandbox } from "./sandbox.js";

/**
 * @import { Artifact, Build, PostProcessor, Run } from "../component/interfaces/atlas-post-processor-types.js"
 * @import { Options } from "../component/interfaces/atlas-post-processor-publishing.js"
 * @import { Instance } from "./instance.js"
 * @import { ArtifactInput, Finding, TemplateOptions } from "./types.js"
 */

/**
 * What is to be published.
 * @typedef {object} Prepared
 * @property {PostProcessor[]} postProcessors
 * @property {Build} build
 * @property {Artifact} [artifact]
 */

/** The way through the inputs. What is found on it is collected. */
export class Preparation {
  /** @type {Finding[]} */
  findings = [];
  /** @type {[name: string, value: string][]} */
  #environment = [];
  /** One that sees these variables and no files. @type {Promise<Instance> | undefined} */
  #instance;

  /**
   * Reads the template and the artifact, if there is one.
   * @param {string} template
   * @param {ArtifactInput | undefined} input
   * @param {TemplateOptions} options
   * @returns {Promise<Prepared>}
   */
  async read(template, input, options) {
    const names = (await instantiate(new Sandbox())).environment(template);
    this.#environment = visible(options.environment ?? process.env, names);
    const instance = await this.#withoutFiles();
    const run = runOf(options);
    const selection = this.#collect("template", () => instance.select(template, run, options.build));
    const artifact = this.#artifact(instance, input, selection?.build.name);
    if (!selection || (input !== undefined && !artifact)) {
      throw new DiagnosticsError(this.findings);
    }
    this.#add("template", selection.warnings);
    if (artifact) {
      artifact.files = await resolveFiles(artifact.files, run.workingDirectory ?? ".");
    }
    return { postProcessors: selection.postProcessors, build: selection.build, artifact };
  }

  /**
   * Checks the configurations by themselves.
   * @param {Prepared} prepared
   */
  async validate({ postProcessors, build }) {
    const instance = await this.#withoutFiles();
    let right = true;
    for (const postProcessor of postProcessors) {
      const warnings = this.#collect("template", () => instance.validate(postProcessor, build));
      this.#add("template", warnings ?? []);
      right &&= warnings !== undefined;
    }
    if (!right) {
      throw new DiagnosticsError(this.findings);
    }
  }

  /**
   * Begins to publish, which checks the configurations and whether the artifact fits them. Gives the
   * publication and the directories that packing needs.
   * @param {Prepared & { artifact: Artifact }} prepared
   * @param {Options} [options]
   * @param {string} [checkpoint] what to go on from
   */
  async begin({ postProcessors, build, artifact }, options, checkpoint) {
    const directories = await directoriesOf(artifact.files);
    const instance =
      directories.length === 0
        ? await this.#withoutFiles()
        : await instantiate(new Sandbox(this.#environment, readOnly(directories)));
    const publication = this.#collect("template", () =>
      instance.begin(postProcessors, build, artifact, options, checkpoint),
    );
    if (!publication) {
      throw new DiagnosticsError(this.findings);
    }
    this.#add("template", publication.warnings());
    return { publication, directories };
  }

  #withoutFiles() {
    this.#instance ??= instantiate(new Sandbox(this.#environment));
    return this.#instance;
  }

  /**
   * @param {Instance} instance
   * @param {ArtifactInput | undefined} input
   * @param {string | undefined} build
   */
  #artifact(instance, input, build) {
    if (input === undefined) {
      return undefined;
    }
    if (typeof input === "object" && "manifest" in input) {
      const text = String(input.manifest);
      // Which of the manifest's builds is meant, only a template that is right can tell.
      return build === undefined
        ? undefined
        : this.#collect("artifact", () => instance.artifactFromManifest(text, build));
    }
    const text = typeof input === "string" ? input : JSON.stringify(input);
    return this.#collect("artifact", () => instance.artifactFromRecord(text));
  }

  /**
   * What a check gives, or undefined if it found something wrong.
   * @template T
   * @param {Finding["about"]} about
   * @param {() => T} check
   */
  #collect(about, check) {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof Refusal)) {
        throw error;
      }
      this.#add(about, error.diagnostics);
      return undefined;
    }
  }

  /**
   * @param {Finding["about"]} about
   * @param {Refusal["diagnostics"]} diagnostics
   */
  #add(about, diagnostics) {
    for (const diagnostic of diagnostics) {
      // What is wrong with the checkpoint stands in no place of the template.
      const place = diagnostic.code === "malformed-checkpoint" ? "checkpoint" : about;
      this.findings.push({ ...diagnostic, about: place });
    }
  }
}

/**
 * The variables of the environment that the guest sees: Atlas's own and those that a template reads.
 * @param {NodeJS.ProcessEnv} environment
 * @param {string[]} names
 * @returns {[name: string, value: string][]}
 */
export function visible(environment, names) {
  return Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && (name.startsWith("ATLAS_") || names.includes(name)) ? [[name, value]] : [],
  );
}

/**
 * This run, as Packer would describe it.
 * @param {TemplateOptions} options
 * @returns {Run}
 */
function runOf({ variables = {}, templatePath, workingDirectory = process.cwd() }) {
  if (!isAbsolute(workingDirectory)) {
    throw new TypeError("workingDirectory must be an absolute path");
  }
  return {
    templatePath,
    workingDirectory,
    startedAt: BigInt(Math.floor(Date.now() / 1000)),
    variables: Object.entries(variables),
  };
}
