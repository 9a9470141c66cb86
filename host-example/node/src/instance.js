// One running component: its functions, typed, with what goes wrong as errors of ours.

import { componentFailed, messageOf, PackingError } from "./errors.js";

/**
 * @import { Root } from "../component/atlas.js"
 * @import { Artifact, Build, Diagnostic, PostProcessor, Run } from "../component/interfaces/atlas-post-processor-types.js"
 * @import { Options, Outcome, Publication as Handle } from "../component/interfaces/atlas-post-processor-publishing.js"
 * @import { Archive as ArchiveHandle } from "../component/interfaces/atlas-post-processor-packing.js"
 * @import { Sandbox } from "./sandbox.js"
 */

/** What the component finds wrong with an input. */
export class Refusal extends Error {
  /** @param {Diagnostic[]} diagnostics */
  constructor(diagnostics) {
    super("refused");
    this.diagnostics = diagnostics;
  }
}

/** What calls the component: each error it answers with becomes one of ours. */
class Caller {
  #sandbox;

  /** @param {Sandbox} sandbox */
  constructor(sandbox) {
    this.#sandbox = sandbox;
  }

  /**
   * @template T
   * @param {string} name of the function, for people
   * @param {() => T} call
   * @returns {T}
   */
  call(name, call) {
    try {
      return call();
    } catch (error) {
      const payload = error instanceof Error && "payload" in error ? error.payload : undefined;
      if (Array.isArray(payload)) {
        throw new Refusal(payload);
      }
      if (typeof payload === "string") {
        throw new PackingError(payload);
      }
      const output = this.#sandbox.output.text;
      const reason = [messageOf(error), output].filter(Boolean).join(": ");
      throw componentFailed(`the component broke in \`${name}\`: ${reason}`);
    }
  }
}

/** An instance of the component in its sandbox. After a `component-failed` it can't be used any more. */
export class Instance {
  #root;
  #caller;

  /**
   * @param {Root} root what instantiating the component gave
   * @param {Sandbox} sandbox the one that it was instantiated in
   */
  constructor(root, sandbox) {
    this.#root = root;
    this.#caller = new Caller(sandbox);
  }

  /**
   * Names of the environment variables that a template reads.
   * @param {string} template
   */
  environment(template) {
    return this.#caller.call("template.environment", () => this.#root.template.environment(template));
  }

  /**
   * The `atlas` post-processors of a template's build, by name or its only one.
   * @param {string} template
   * @param {Run} run
   * @param {string} [build]
   */
  select(template, run, build) {
    return this.#caller.call("template.select", () => this.#root.template.select(template, run, build));
  }

  /**
   * Checks one configuration; gives the warnings of a right one.
   * @param {PostProcessor} postProcessor
   * @param {Build} build
   */
  validate(postProcessor, build) {
    return this.#caller.call("configuration.validate", () =>
      this.#root.configuration.validate(postProcessor, build),
    );
  }

  /**
   * Reads a JSON description of an artifact.
   * @param {string} text
   */
  artifactFromRecord(text) {
    return this.#caller.call("artifacts.from-record", () => this.#root.artifacts.fromRecord(text));
  }

  /**
   * Takes the newest artifact of a build from what Packer's `manifest` post-processor wrote.
   * @param {string} text
   * @param {string} build
   */
  artifactFromManifest(text, build) {
    return this.#caller.call("artifacts.from-manifest", () =>
      this.#root.artifacts.fromManifest(text, build),
    );
  }

  /**
   * Starts to publish, or goes on from a checkpoint. Nothing is sent yet.
   * @param {PostProcessor[]} postProcessors
   * @param {Build} build
   * @param {Artifact} artifact
   * @param {Options} [options]
   * @param {string} [checkpoint]
   */
  begin(postProcessors, build, artifact, options, checkpoint) {
    const { Publication: publications } = this.#root.publishing;
    const handle =
      checkpoint === undefined
        ? this.#caller.call("publication.begin", () =>
            publications.begin(postProcessors, build, artifact, options),
          )
        : this.#caller.call("publication.resume", () =>
            publications.resume(postProcessors, build, artifact, options, checkpoint),
          );
    return new Publication(handle, this.#caller);
  }

  /**
   * Plans the archive of these files.
   * @param {string[]} files
   * @param {number} level
   */
  plan(files, level) {
    const handle = this.#caller.call("archive.plan", () => this.#root.packing.Archive.plan(files, level));
    return new Archive(handle, this.#caller);
  }
}

/** One build's artifact on its way into Atlas. */
export class Publication {
  #handle;
  #caller;

  /**
   * @param {Handle} handle
   * @param {Caller} caller
   */
  constructor(handle, caller) {
    this.#handle = handle;
    this.#caller = caller;
  }

  /** How far it has come: a text without secrets. */
  checkpoint() {
    return this.#caller.call("publication.checkpoint", () => this.#handle.checkpoint());
  }

  /** Warnings about the configurations and the artifact. */
  warnings() {
    return this.#caller.call("publication.warnings", () => this.#handle.warnings());
  }

  /** What to do next. Asked twice, it answers the same. */
  next() {
    return this.#caller.call("publication.next", () => this.#handle.next());
  }

  /**
   * Tells how the last step went.
   * @param {Outcome} outcome
   */
  respond(outcome) {
    this.#caller.call("publication.respond", () => this.#handle.respond(outcome));
  }
}

/** A planned archive. */
export class Archive {
  #handle;
  #caller;

  /**
   * @param {ArchiveHandle} handle
   * @param {Caller} caller
   */
  constructor(handle, caller) {
    this.#handle = handle;
    this.#caller = caller;
  }

  /** Paths of what becomes its members. */
  sources() {
    return this.#caller.call("archive.sources", () => this.#handle.sources());
  }

  /**
   * Sets the members' permission bits.
   * @param {Uint32Array} permissions
   */
  setPermissions(permissions) {
    this.#caller.call("archive.set-permissions", () => this.#handle.setPermissions(permissions));
  }

  /** What instances that make blocks of one archive agree on. */
  fingerprint() {
    return this.#caller.call("archive.fingerprint", () => this.#handle.fingerprint());
  }

  /** Bytes before compression. */
  size() {
    return this.#caller.call("archive.size", () => Number(this.#handle.size()));
  }

  /** How many blocks it has. */
  blocks() {
    return this.#caller.call("archive.blocks", () => this.#handle.blocks());
  }

  /**
   * Makes a block.
   * @param {number} index
   */
  block(index) {
    return this.#caller.call("archive.block", () => this.#handle.block(index));
  }

  /**
   * The end of the file.
   * @param {[crc32: number, length: bigint][]} sums
   */
  trailer(sums) {
    return this.#caller.call("archive.trailer", () => this.#handle.trailer(sums));
  }
}
