// Checks a template and rehearses its publication.

import { messageOf } from "../node/src/errors.js";
import { Refusal } from "../node/src/instance.js";
import { instantiate } from "./component.js";
import { pretendedFiles } from "./files.js";
import { rehearse } from "./rehearsal.js";

/**
 * @import { Diagnostic } from "../node/component/interfaces/atlas-post-processor-types.js"
 * @import { Rehearsed } from "./rehearsal.js"
 *
 * @typedef {object} Given
 * @property {string} template
 * @property {string} artifact
 * @property {string} [build]
 * @property {Map<string, string>} variables
 * @property {Map<string, string>} environment
 *
 * @typedef {object} Result
 * @property {Diagnostic[]} template what was found about it
 * @property {Diagnostic[]} artifact
 * @property {number} postProcessors how many `atlas` post-processors the build has
 * @property {Rehearsed[]} rehearsal what a publish would do; empty if something is wrong
 */

/**
 * Names of the variables of the environment that a template reads.
 * @param {string} template
 */
export async function environmentOf(template) {
  return (await instantiate()).environment(template);
}

/**
 * @param {Given} given
 * @returns {Promise<Result>}
 */
export async function check({ template, artifact: record, build, variables, environment }) {
  /** @type {Result} */
  const result = { template: [], artifact: [], postProcessors: 0, rehearsal: [] };
  /**
   * @template T
   * @param {"template" | "artifact"} about
   * @param {() => T} call
   */
  const collect = (about, call) => {
    try {
      return call();
    } catch (error) {
      if (!(error instanceof Refusal)) {
        throw new Error(messageOf(error));
      }
      result[about].push(...error.diagnostics);
      return undefined;
    }
  };

  const instance = await instantiate([...environment]);
  const run = { variables: [...variables], workingDirectory: "/", templatePath: "/template.json" };
  const selection = collect("template", () => instance.select(template, run, build));
  const artifact = collect("artifact", () => instance.artifactFromRecord(record));
  if (!selection) {
    return result;
  }
  const { postProcessors, build: selected, warnings } = selection;
  result.template.push(...warnings);
  result.postProcessors = postProcessors.length;
  if (!artifact) {
    for (const one of postProcessors) {
      result.template.push(...(collect("template", () => instance.validate(one, selected)) ?? []));
    }
    return result;
  }
  const publisher = await instantiate([...environment], pretendedFiles(artifact.files));
  const publication = collect("template", () => publisher.begin(postProcessors, selected, artifact));
  if (publication) {
    result.template.push(...publication.warnings());
    result.rehearsal = rehearse(publication, artifact.id);
  }
  return result;
}
