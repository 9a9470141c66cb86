// Publishes what Packer builds in Atlas, from any program on Node.js.
//
// The rules of publishing are in a WebAssembly component; this package keeps it in a sandbox and moves
// the bytes between it and the network. Where things are:
//
//   prepare.js      from a template and an artifact to what is published
//   publish.js      the two functions of this package
//   publication.js  the one loop of publishing
//   packing/        archives, made on all cores
//   http/           requests, sent exactly as they are
//   component.js    the component; instance.js its functions; sandbox.js, read-only.js what it may see
//   cli/            the command

export { DiagnosticsError, PublishError } from "./errors.js";
export { publish, validate } from "./publish.js";

/**
 * @typedef {import("./types.js").ArtifactInput} ArtifactInput
 * @typedef {import("./types.js").Finding} Finding
 * @typedef {import("./types.js").PublishEvent} PublishEvent
 * @typedef {import("./types.js").PublishOptions} PublishOptions
 * @typedef {import("./types.js").Receipt} Receipt
 * @typedef {import("./types.js").TemplateOptions} TemplateOptions
 * @typedef {import("./http/client.js").HttpClient} HttpClient
 */
