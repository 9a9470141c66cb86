// The library behind the arguments of `atlas-host`, for the test suites that all hosts pass.

import { parseArgs } from "node:util";

import { download, find, publish, validate } from "../src/index.js";

const { values, positionals, tokens } = parseArgs({
  allowPositionals: true,
  tokens: true,
  options: {
    artifact: { type: "string" },
    manifest: { type: "string" },
    config: { type: "string" },
    set: { type: "string", multiple: true },
    build: { type: "string" },
    var: { type: "string", multiple: true },
    "var-file": { type: "string", multiple: true },
    compression: { type: "string" },
    spool: { type: "string" },
    "no-confirm": { type: "boolean" },
    version: { type: "string" },
    metadata: { type: "string", multiple: true },
    field: { type: "string" },
    region: { type: "string" },
    address: { type: "string" },
    output: { type: "string" },
    resume: { type: "string" },
    attempts: { type: "string", default: "8" },
    "retry-timeout": { type: "string", default: "300" },
    json: { type: "boolean" },
    verbose: { type: "boolean", short: "v", multiple: true },
  },
});

const [command, subject] = positionals;
const retry = { attempts: Number(values.attempts), timeoutMs: Number(values["retry-timeout"]) * 1000 };
const { resume: checkpoint, json } = values;

function job() {
  const { artifact, manifest, config, build, spool } = values;
  const compression = values.compression === undefined ? undefined : Number(values.compression);
  /** @type {([name: string, value: string] | string)[]} */
  const variables = [];
  for (const token of tokens) {
    if (token.kind === "option" && token.name === "var") {
      variables.push(pair(token.value ?? ""));
    } else if (token.kind === "option" && token.name === "var-file") {
      variables.push(token.value ?? "");
    }
  }
  const set = values.set?.map(pair);
  const what = { template: subject, config, set, artifact, manifest, build, variables };
  return { ...what, checkpoint, compression, spool, retry, confirm: !values["no-confirm"] };
}

/** @returns {FindJob & DownloadJob} */
function query() {
  const { version, field: name, region, address, output } = values;
  const metadata = values.metadata?.map(keyAndValue);
  const field = name === undefined ? undefined : { name, region };
  return { slug: subject, version, metadata, field, address, retry, output, checkpoint };
}

/**
 * @param {string} text `K=V`
 * @returns {[name: string, value: string]}
 */
function pair(text) {
  const [name, ...value] = text.split("=");
  return [name, value.join("=")];
}

/**
 * @param {string} text `K` or `K=V`
 * @returns {[key: string, value?: string]}
 */
function keyAndValue(text) {
  return text.includes("=") ? pair(text) : [text];
}

/**
 * @import { DownloadJob, FindJob, Options, Report } from "../src/index.js"
 * @type {Record<string, (options: Options) => Promise<Report>>}
 */
const commands = {
  publish: (options) => publish(job(), options),
  validate: (options) => validate(job(), options),
  find: (options) => find(query(), options),
  download: (options) => download(query(), options),
};

const show = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);
const stop = new AbortController();
process.once("SIGINT", () => stop.abort(130)).once("SIGTERM", () => stop.abort(143));
const options = { verbosity: values.verbose?.length ?? 0, onLine: show, onReport, signal: stop.signal };
try {
  process.exitCode = (await commands[command](options)).exitStatus;
} catch (error) {
  show(stop.signal.aborted ? "stopped" : String(error));
  process.exitCode = stop.signal.aborted ? stop.signal.reason : 1;
}

/** @param {Report} report */
function onReport(report) {
  process.stdout.write(json ? `${report.json}\n` : report.lines.map((line) => `${line}\n`).join(""));
  [...(json ? report.lines : []), ...report.messages].forEach(show);
}
