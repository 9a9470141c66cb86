// What the library takes and gives.

/**
 * @import { Diagnostic } from "../component/interfaces/atlas-post-processor-types.js"
 * @import { Receipt as ContractReceipt } from "../component/interfaces/atlas-post-processor-publishing.js"
 * @import { HttpClient } from "./http/client.js"
 * @import { ShownRequest, ShownResponse } from "./redaction.js"
 */

/**
 * A finding about an input: what is wrong, where, and what to do about it.
 * @typedef {Diagnostic & { about: "template" | "artifact" | "checkpoint" }} Finding
 */

/**
 * What Atlas holds after one post-processor.
 * @typedef {Omit<ContractReceipt, "version" | "size"> & { version: number, size?: number }} Receipt
 */

/**
 * What a build made: a JSON text or an object with `builder-id`, `id` and perhaps `files`, `metadata`
 * and `artifact-type`; or the text that Packer's `manifest` post-processor wrote.
 * @typedef {string | Record<string, unknown> | { manifest: string }} ArtifactInput
 */

/**
 * What concerns reading a template.
 * @typedef {object} TemplateOptions
 * @property {string} [build] the build, if the template has several
 * @property {Record<string, string>} [variables] user variables
 * @property {NodeJS.ProcessEnv} [environment] `process.env` by default; the component sees the `ATLAS_`
 *   variables of it and those that the template reads
 * @property {string} [templatePath] absolute path of the template, for `template_dir`
 * @property {string} [workingDirectory] what relative paths are relative to; that of the process by default
 * @property {ArtifactInput} [artifact] validate only: an artifact that should fit the template
 */

/**
 * What concerns publishing.
 * @typedef {object} PublishingOptions
 * @property {boolean} [confirm] whether to see at the end that a search finds what was published; true by default
 * @property {number} [attempts] how often a request that fails for a passing reason is sent at most; 8 by default
 * @property {number} [patience] how many seconds are waited between these attempts in sum at most; 300 by default
 * @property {number} [compression] how small archives are made, 0 (stored) to 9 (smallest); 6 by default
 * @property {string} [spool] the directory that an archive is kept in until it is uploaded
 * @property {number} [workers] how many threads make archives; one for each core by default
 * @property {string} [checkpoint] a file that keeps how far it has come; if it is there, it goes on from there
 * @property {AbortSignal} [signal] stops it
 * @property {HttpClient} [http] what sends the requests
 */

/** @typedef {TemplateOptions & PublishingOptions} PublishOptions */

/**
 * What happens while something is published. Nothing in it is secret.
 * @typedef {(
 *   | { type: "resuming", checkpoint: string }
 *   | { type: "warnings", diagnostics: Finding[] }
 *   | { type: "nothing-to-do", build: string }
 *   | { type: "packing", files: string[] }
 *   | { type: "packed", bytes: number, of: number }
 *   | { type: "sending", request: ShownRequest }
 *   | { type: "sent", bytes: number, of: number }
 *   | { type: "answered", response: ShownResponse, ms: number }
 *   | { type: "no-answer", reason: string, ms: number }
 *   | { type: "waiting", reason: string, ms: number }
 *   | { type: "published", receipts: Receipt[] }
 *   | { type: "checkpoint-left", checkpoint: string, reason: string }
 * )} PublishEvent
 */

export {};
