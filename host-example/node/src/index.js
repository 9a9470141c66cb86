// Publishes what Packer builds in Atlas, and gets it from there, in any program on Node.js.
//
// All rules, and all words that people read, are in a WebAssembly component; this package keeps it in a sandbox and
// moves the bytes between it, the files and the network. Where things are:
//
//   publish.js        the functions of this package that check and publish; fetch.js those that find and download
//   work.js           what they have in common: from a job to its report
//   prepare.js        reads and checks what a job names; input.js one text, artifact-files.js the artifact's files
//   drive.js          the one loop, whatever is done
//   telling.js        what people are told, by the component's reporter
//   checkpoint.js     how far it has come, in a file; lock.js keeps others from it
//   download-file.js  the file of a download; reading.js bytes of files
//   packing/          archives, made on all cores
//   http/             requests, sent exactly as they are
//   component.js      the component in a thread of its own; thread.js is that thread; memory.js bounds its memory
//   sandbox.js        what an instance may see and use; files.js its files

export { CheckpointFile } from "./checkpoint.js";
export { Component } from "./component.js";
export { DownloadFile } from "./download-file.js";
export { drive } from "./drive.js";
export { ComponentFailed, Refusal } from "./errors.js";
export { download, find } from "./fetch.js";
export { UndiciClient } from "./http/client.js";
export { publish, validate } from "./publish.js";

/**
 * @typedef {import("./types.js").Job} Job
 * @typedef {import("./types.js").FindJob} FindJob
 * @typedef {import("./types.js").DownloadJob} DownloadJob
 * @typedef {import("./types.js").Options} Options
 * @typedef {import("./types.js").Report} Report
 * @typedef {import("./component.js").Instance} Instance
 * @typedef {import("./http/client.js").HttpClient} HttpClient
 */
