// The two commands: from the arguments to how it ended.

import { resolve } from "node:path";

import { DiagnosticsError, messageOf, PublishError } from "../errors.js";
import { Preparation } from "../prepare.js";
import { publish, validate } from "../publish.js";
import { readDocument, readVariables, UnusableFile } from "./inputs.js";
import { Mask } from "./masking.js";
import { Report } from "./outcome.js";
import * as show from "./show.js";
import { nothingToDo, Watching } from "./watching.js";

/**
 * @import { ArtifactInput, Finding, PublishOptions } from "../types.js"
 * @import { Arguments } from "./arguments.js"
 * @import { Document } from "./inputs.js"
 * @import { Outcome } from "./outcome.js"
 *
 * @typedef {object} Inputs what a command works with
 * @property {string} template
 * @property {ArtifactInput} [artifact]
 * @property {PublishOptions} options
 */

/**
 * Checks a template, and whether an artifact fits it if one is given.
 * @param {Arguments} given
 * @returns {Promise<number>} the exit status
 */
export function validateCommand(given) {
  return run(given, async (command) => {
    const { template, artifact, options } = await command.read();
    const { build, postProcessors, warnings } = await validate(template, { ...options, artifact });
    if (postProcessors === 0) {
      show.line(nothingToDo(build));
    }
    command.found(warnings);
    return { status: "valid" };
  });
}

/**
 * Publishes an artifact, or goes on with it.
 * @param {Arguments} given
 * @returns {Promise<number>} the exit status
 */
export async function publishCommand(given) {
  /** @type {ReturnType<typeof publish> | undefined} */
  let events;
  const status = await run(given, async (command) => {
    const { template, artifact = {}, options } = await command.read();
    events = publish(template, artifact, options);
    const watching = new Watching(given.verbose, command.report.mask);
    try {
      for (;;) {
        const { done, value } = await events.next();
        if (done) {
          return { status: "published", receipts: value };
        }
        watching.see(value);
        if (value.type === "warnings") {
          command.found(value.diagnostics);
          command.report.showFindings();
        }
        if (value.type === "published") {
          return { status: "published", receipts: value.receipts };
        }
      }
    } finally {
      watching.end();
    }
  });
  // Now that the result is shown, the checkpoint may go.
  if (status === 0 && events) {
    const watching = new Watching(given.verbose, new Mask());
    for await (const event of events) {
      watching.see(event);
    }
  }
  return status;
}

/** A command under way. */
class Running {
  report = new Report();
  #given;
  /** What each kind of finding is about, as people know it. @type {Record<Finding["about"], string>} */
  #files;

  /** @param {Arguments} given */
  constructor(given) {
    this.#given = given;
    this.#files = {
      template: given.template === "-" ? "<stdin>" : given.template,
      artifact: given.artifact ?? given.manifest ?? "",
      checkpoint: given.resume ?? "",
    };
  }

  /**
   * Everything that was given.
   * @returns {Promise<Inputs>}
   */
  async read() {
    const variables = await readVariables(this.#given.variables);
    this.report.mask = new Mask(variables);
    const template = await this.#document(this.#given.template);
    const { build, confirm, attempts, patience, compression, spool, resume } = this.#given;
    const templatePath = this.#given.template === "-" ? undefined : resolve(this.#given.template);
    const options = {
      ...{ build, confirm, attempts, patience, compression, spool },
      ...{ variables, templatePath, checkpoint: resume },
    };
    return { template: template.text, artifact: await this.#artifact(template.text, options), options };
  }

  /** @param {Finding[]} findings */
  found(findings) {
    this.report.findings.push(
      ...findings.map(({ about, ...diagnostic }) => ({ ...diagnostic, file: this.#files[about] })),
    );
  }

  /**
   * @param {string} template
   * @param {PublishOptions} options
   * @returns {Promise<ArtifactInput | undefined>}
   */
  async #artifact(template, options) {
    const { artifact, manifest } = this.#given;
    const path = artifact ?? manifest;
    if (path === undefined) {
      return undefined;
    }
    try {
      const { text } = await this.#document(path);
      return manifest === undefined ? text : { manifest: text };
    } catch (error) {
      // What is wrong with the template is to be said all the same.
      await new Preparation().read(template, undefined, options).catch((found) => this.stopped(found));
      throw error;
    }
  }

  /** @param {string} path */
  async #document(path) {
    const document = await readDocument(path);
    this.report.documents.push(document);
    return document;
  }

  /**
   * How a command ended that did not come to its end.
   * @param {unknown} error
   * @returns {Outcome}
   */
  stopped(error) {
    if (error instanceof DiagnosticsError) {
      this.found(error.diagnostics);
      return { status: "refused" };
    }
    if (error instanceof UnusableFile) {
      const { file, code, message } = error;
      this.report.findings.push({ severity: "error", code, pointer: "", message, file });
      return { status: "refused" };
    }
    if (error instanceof PublishError) {
      return { status: "failed", code: error.code, message: error.message, receipts: error.published };
    }
    return { status: "failed", code: "host-failed", message: messageOf(error), receipts: [] };
  }
}

/**
 * Does the work of a command and tells how it ended.
 * @param {Arguments} given
 * @param {(command: Running) => Promise<Outcome>} work
 */
async function run(given, work) {
  const command = new Running(given);
  /** @type {Outcome} */
  let outcome;
  try {
    outcome = await work(command);
  } catch (error) {
    outcome = command.stopped(error);
  }
  return command.report.finish(outcome, given.json);
}
