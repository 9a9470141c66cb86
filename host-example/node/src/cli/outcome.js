// How a command ended: its exit status, and its result for programs and for people.

import { findingToJson, showFindings } from "./diagnostics.js";
import { Mask } from "./masking.js";
import * as show from "./show.js";

/**
 * @import { Receipt } from "../types.js"
 * @import { FileFinding } from "./diagnostics.js"
 * @import { Document } from "./inputs.js"
 *
 * @typedef {(
 *   | { status: "valid" }
 *   | { status: "refused" }
 *   | { status: "published", receipts: Receipt[] }
 *   | { status: "failed", code: string, message: string, receipts: Receipt[] }
 * )} Outcome
 */

const EXIT_STATUS = { valid: 0, published: 0, failed: 1, refused: 2 };

/** All there is to say about a command. */
export class Report {
  /** @type {FileFinding[]} */
  findings = [];
  /** @type {Document[]} */
  documents = [];
  mask = new Mask();
  /** How many of the findings people have seen already. */
  #shown = 0;

  /** Shows what has been found so far, so that it comes before what is done. */
  showFindings() {
    showFindings(this.findings.slice(this.#shown), this.documents, this.mask);
    this.#shown = this.findings.length;
  }

  /**
   * Shows how it ended and gives the exit status.
   * @param {Outcome} outcome
   * @param {boolean} json whether the result is for programs
   */
  finish(outcome, json) {
    this.showFindings();
    if (json) {
      show.result(JSON.stringify(sorted(this.#toJson(outcome)), null, 2));
    }
    if ("receipts" in outcome) {
      showReceipts(outcome.receipts, json);
    } else {
      show.line(this.#verdict(outcome));
    }
    if (outcome.status === "failed") {
      show.error(outcome.code, this.mask.text(outcome.message));
    }
    return EXIT_STATUS[outcome.status];
  }

  /** @param {Outcome} outcome */
  #verdict({ status }) {
    const errors = this.findings.filter(({ severity }) => severity === "error").length;
    const warnings = this.findings.length - errors;
    if (status === "valid") {
      const but = warnings > 0 ? `, with ${counted(warnings, "warning")}` : "";
      return `The template is valid${but}.`;
    }
    const also = warnings > 0 ? ` and ${counted(warnings, "warning")}` : "";
    return `${counted(errors, "error")}${also}; nothing was sent.`;
  }

  /** @param {Outcome} outcome */
  #toJson(outcome) {
    const diagnostics = this.findings.map((finding) => findingToJson(finding, this.mask));
    const { status } = outcome;
    switch (status) {
      case "valid":
      case "refused":
        return { status, diagnostics };
      case "published":
        return { status, receipts: outcome.receipts.map(receiptToJson), diagnostics };
      case "failed": {
        const error = { code: outcome.code, message: this.mask.text(outcome.message) };
        return { status, error, receipts: outcome.receipts.map(receiptToJson), diagnostics };
      }
    }
  }
}

/**
 * The result for people: on the standard output, unless that is for programs.
 * @param {Receipt[]} receipts
 * @param {boolean} json
 */
function showReceipts(receipts, json) {
  for (const { tag, artifactType, version, url } of receipts) {
    const line = `${tag}/${artifactType} (v${version})  ${url}`;
    if (json) {
      show.line(line);
    } else {
      show.result(line);
    }
  }
}

/** @param {Receipt} receipt */
function receiptToJson({ tag, artifactType, version, id, url, size, sha256, confirmed }) {
  return {
    // What a version is called in Atlas: the id of the post-processor's own artifact.
    slug: `${tag}/${artifactType}/${version}`,
    tag,
    artifact_type: artifactType,
    version,
    id,
    url,
    size: size ?? null,
    sha256: sha256 ?? null,
    confirmed,
  };
}

/**
 * @param {number} count
 * @param {string} noun
 */
function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * The same with the fields of all objects in alphabetical order, as the other hosts have them.
 * @param {unknown} value
 * @returns {unknown}
 */
function sorted(value) {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (value === null || typeof value !== "object") {
    return value;
  }
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, field]) => [name, sorted(field)]));
}
