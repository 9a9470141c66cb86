// The two functions of this package: check, and publish.

import { availableParallelism, tmpdir } from "node:os";

import { CheckpointFile } from "./checkpoint.js";
import { DiagnosticsError, messageOf } from "./errors.js";
import { UndiciClient } from "./http/client.js";
import { Preparation } from "./prepare.js";
import { drive } from "./publication.js";

/**
 * @import { ArtifactInput, Finding, PublishEvent, PublishingOptions, PublishOptions, Receipt, TemplateOptions } from "./types.js"
 */

/**
 * Checks a template, and whether an artifact fits it if there is one in the options. Nothing is sent.
 * @param {string} template the text of a Packer template
 * @param {TemplateOptions} [options]
 * @returns {Promise<{ build: string, postProcessors: number, warnings: Finding[] }>} the build that it is
 *   about, and how many `atlas` post-processors that has
 * @throws {DiagnosticsError} with everything that is wrong
 */
export async function validate(template, options = {}) {
  const preparation = new Preparation();
  const { artifact, ...prepared } = await preparation.read(template, options.artifact, options);
  if (artifact) {
    await preparation.begin({ ...prepared, artifact });
  } else {
    await preparation.validate(prepared);
  }
  return {
    build: prepared.build.name,
    postProcessors: prepared.postProcessors.length,
    warnings: preparation.findings,
  };
}

/**
 * Publishes an artifact through the `atlas` post-processors of a template's build, telling what happens.
 * The last events hold the receipts, which are also what the generator returns. To stop, abort the signal
 * or leave the loop.
 * @param {string} template the text of a Packer template
 * @param {ArtifactInput} artifact what the build made
 * @param {PublishOptions} [options]
 * @returns {AsyncGenerator<PublishEvent, Receipt[], void>}
 * @throws {DiagnosticsError} if something is wrong with the inputs; nothing was sent
 * @throws {PublishError} if it could not be published
 */
export async function* publish(template, artifact, options = {}) {
  const settings = settingsOf(options);
  const preparation = new Preparation();
  const prepared = await preparation.read(template, artifact, options);
  if (!prepared.artifact) {
    throw new TypeError("an artifact is needed");
  }
  const { postProcessors, build } = prepared;
  if (postProcessors.length === 0) {
    yield { type: "nothing-to-do", build: build.name };
  }
  const file = options.checkpoint === undefined ? undefined : new CheckpointFile(options.checkpoint);
  const checkpoint = await readCheckpoint(file, preparation);
  if (file && checkpoint !== undefined) {
    yield { type: "resuming", checkpoint: file.path };
  }
  const { publication, directories } = await preparation.begin(
    { postProcessors, build, artifact: prepared.artifact },
    settings.contract,
    checkpoint,
  );
  if (preparation.findings.length > 0) {
    yield { type: "warnings", diagnostics: preparation.findings };
  }

  const receipts = yield* drive(publication, {
    files: prepared.artifact.files,
    packing: { ...settings.packing, directories },
    client: options.http ?? new UndiciClient(options.environment),
    checkpoint: file,
    signal: options.signal,
  });
  yield { type: "published", receipts };
  // The last thing that is done: whoever is stopped before goes on from it, and publishes nothing twice.
  if (file) {
    try {
      await file.remove();
    } catch (error) {
      yield { type: "checkpoint-left", checkpoint: file.path, reason: messageOf(error) };
    }
  }
  return receipts;
}

/**
 * @param {CheckpointFile | undefined} file
 * @param {Preparation} preparation
 */
async function readCheckpoint(file, preparation) {
  try {
    return await file?.read();
  } catch (error) {
    preparation.findings.push({
      about: "checkpoint",
      severity: "error",
      code: "unreadable-file",
      pointer: "",
      message: `${file?.path}: ${messageOf(error)}`,
    });
    throw new DiagnosticsError(preparation.findings);
  }
}

/**
 * The options with their defaults, for those who do the work.
 * @param {PublishingOptions} options
 */
function settingsOf({ confirm = true, attempts = 8, patience = 300, compression = 6, spool, workers }) {
  const whole = { attempts, patience, compression, workers: workers ?? availableParallelism() };
  const least = { attempts: 1, patience: 0, compression: 0, workers: 1 };
  const most = { attempts: 2 ** 32 - 1, patience: 2 ** 32 - 1, compression: 9, workers: 1024 };
  for (const name of /** @type {(keyof typeof whole)[]} */ (Object.keys(whole))) {
    if (!Number.isInteger(whole[name]) || whole[name] < least[name] || whole[name] > most[name]) {
      throw new RangeError(`${name} must be a whole number from ${least[name]} to ${most[name]}`);
    }
  }
  return {
    contract: { confirm, patience: { attempts, totalMs: BigInt(patience) * 1000n } },
    packing: { level: compression, spool: spool ?? tmpdir(), workers: whole.workers },
  };
}
