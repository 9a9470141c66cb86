// What the library takes and gives.

/**
 * @import { Report as ContractReport } from "../component/interfaces/atlas-post-processor-reporting.js"
 */

/**
 * A text: the path of a file, or its bytes.
 * @typedef {string | Uint8Array} Text
 */

/**
 * What is to be published, and how.
 * @typedef {object} Job
 * @property {Text} [template] the Packer template
 * @property {Text | Record<string, unknown>} [config] or a configuration that stands in none, as JSON
 * @property {Record<string, string> | [key: string, value: string][]} [set] values that take the place of those in
 *   `config`, or are added: `KEY` or `metadata.KEY`
 * @property {Text | Record<string, unknown>} [artifact] what the build made: JSON with `builder-id`, `id` and
 *   perhaps `files`, `metadata` and `artifact-type`
 * @property {Text | Record<string, unknown>} [manifest] or the file that Packer's `manifest` post-processor wrote
 * @property {string} [build] the build, if the template has several; of a configuration, what `build_name` answers
 * @property {Text[]} [variableFiles] files of user variables; what comes later wins
 * @property {Record<string, string> | ([name: string, value: string] | Text)[]} [variables] user variables,
 *   which win over those of `variableFiles`; as a list, in which what comes later wins, with files among them
 * @property {string} [checkpoint] a file that keeps how far it has come; if it is there, it goes on from
 *   there; it is removed at the end
 * @property {number} [compression] how small archives are made, 0 (stored) to 9 (smallest); 6 by default
 * @property {string} [spool] the directory that an archive is kept in until it is uploaded
 * @property {{ attempts: number, timeoutMs: number }} [retry] how often a request that fails for a passing
 *   reason is sent at most, and how many milliseconds may pass from the first time to the last
 * @property {boolean} [confirm] whether to see at the end that a search finds what was published; true by default
 */

/**
 * What is looked for in Atlas, and where.
 * @typedef {object} Query
 * @property {string} slug `user/name/type`, or `user/name/type/version`
 * @property {string | number} [version] `latest`: the newest one, if it matches; `any`: the newest of those that
 *   match; or its number. `latest` by default, or what the slug says
 * @property {string | number} [build] the build that made it: `latest`, `any`, or its number
 * @property {Record<string, string | undefined> | [key: string, value?: string][]} [metadata] what the version has
 *   as metadata: keys, with this value or with any
 * @property {string} [address] the address of Atlas; by default that in `ATLAS_ADDRESS`
 * @property {string} [token] who asks; by default who is in `ATLAS_TOKEN`, or nobody
 * @property {Job["retry"]} [retry]
 */

/**
 * What is to be found. Of the version, the field is told: `slug`, `tag`, `type`, `version`, `id`, `url`, `size`,
 * `sha256`, `metadata.KEY`, or `ami` (of a region, if there are several); without it, all that is known.
 * @typedef {Query & { field?: { name: string, region?: string } }} FindJob
 */

/**
 * What is to be downloaded, and where to.
 * @typedef {object} Output
 * @property {string} [output] the file, in which it is once it is whole; until then it is in `OUTPUT.part`. By
 *   default the component says a name for it
 * @property {string} [checkpoint] a file that keeps how far it has come; if it is there, it goes on from there,
 *   with what is in `OUTPUT.part`; it is removed at the end
 *
 * @typedef {Query & Output} DownloadJob
 */

/**
 * How to tell what happens, and to whom. No secret is told.
 * @typedef {object} Options
 * @property {number} [verbosity] 0: what is done; 1: requests and answers, too; 2: with their JSON
 * @property {boolean} [color] whether lines are coloured
 * @property {number} [width] how many columns a line has
 * @property {(line: string) => void} [onLine] gets each line
 * @property {(bytes: number, of?: number) => void} [onProgress] so much of a file is packed, sent or saved;
 *   the server may not say of how much
 * @property {(report: Report) => void} [onReport] gets the report before the checkpoint is removed: who shows
 *   it there has shown it, whenever the program is killed
 * @property {AbortSignal} [signal] stops it: the promise is rejected with the signal's reason
 * @property {URL} [component] another component: a directory that `npm run build` made, with a slash at its end
 * @property {NodeJS.ProcessEnv} [environment] `process.env` by default
 */

/**
 * How it ended: the result for people (`lines`), what else they are told (`messages`), the result for programs
 * (`json`, one JSON object with all findings), and `exitStatus`: 0 done, 1 could not be done, 2 refused before
 * anything was sent, 3 nothing was found.
 * @typedef {ContractReport} Report
 */

export {};
