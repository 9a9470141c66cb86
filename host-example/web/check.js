// Checks a template and rehearses its publication.

import { instantiate } from "./component.js";
import { pretendedFiles } from "./files.js";
import { rehearse } from "./rehearsal.js";

/**
 * @import { Diagnostic, Run } from "../node/component/interfaces/atlas-post-processor-types.js"
 * @import { Rehearsed } from "./rehearsal.js"
 *
 * @typedef {object} Given
 * @property {string} template
 * @property {string} artifact
 * @property {string} [build]
 * @property {Map<string, string>} variables
 * @property {Map<string, string>} environment
 *
 * @typedef {object} Finding as the component reports it to programs
 * @property {"error" | "warning"} severity
 * @property {string} source which input it is about
 * @property {{ line: number, column: number, length: number } | null} position
 * @property {string} message
 * @property {string | null} help
 *
 * @typedef {object} Result
 * @property {Finding[]} findings
 * @property {string} verdict all in all, for people
 * @property {boolean} isValid
 * @property {Rehearsed[]} rehearsal what a publish would do; empty if something is wrong
 */

const STYLE = { color: false, verbosity: 2 };

/**
 * Names of the variables of the environment that may be read for a template.
 * @param {string} template
 */
export async function environmentOf(template) {
  return (await instantiate()).template.environment(bytes(template));
}

/** Tells of names whether what has such a name is secret: then the component does not show it. */
export async function secrecy() {
  const { Reporter } = (await instantiate()).reporting;
  const value = "a value";
  return (/** @type {string} */ name) => new Reporter(STYLE, [[name, value]]).redact(value) !== value;
}

/**
 * @param {Given} given
 * @returns {Promise<Result>}
 */
export async function check({ template, artifact: record, build, variables, environment }) {
  const instance = await instantiate([...environment]);
  /** @type {Run} */
  const run = { variables: [...variables], workingDirectory: "/", templatePath: "/template.json" };
  const reporter = new instance.reporting.Reporter(STYLE, run.variables);
  let isValid = true;
  /**
   * What a check gives; what it finds wrong is told to the reporter.
   * @template T
   * @param {() => T} call
   */
  const checked = (call) => {
    try {
      return call();
    } catch (error) {
      if (!(error instanceof Error && "payload" in error)) {
        throw error;
      }
      isValid = false;
      reporter.diagnostics(/** @type {Diagnostic[]} */ (error.payload));
      return undefined;
    }
  };
  const warn = (/** @type {Diagnostic[] | undefined} */ found) => reporter.diagnostics(found ?? []);

  const selection = checked(() => instance.template.select(bytes(template), run, build));
  const [artifact, warnings] = checked(() => instance.artifacts.fromRecord(bytes(record))) ?? [];
  warn(warnings);
  /** @type {Rehearsed[]} */
  let rehearsal = [];
  if (selection) {
    const { postProcessors, build: selected } = selection;
    warn(selection.warnings);
    if (artifact) {
      const { publishing } = await instantiate([...environment], pretendedFiles(artifact.files));
      const begin = () => publishing.begin(postProcessors, selected, artifact, undefined);
      const publication = checked(begin);
      warn(publication?.warnings());
      rehearsal = publication ? rehearse(publication, reporter, artifact.id) : [];
    } else {
      for (const one of postProcessors) {
        warn(checked(() => instance.configuration.validate(one, selected)));
      }
    }
  }
  const report = reporter.finish({ tag: isValid ? "valid" : "refused" });
  const findings = JSON.parse(report.json).diagnostics;
  return { findings, verdict: report.messages.join(" "), isValid, rehearsal };
}

/** @param {string} text */
function bytes(text) {
  return new TextEncoder().encode(text);
}
