// Tells one piece of work, from its inputs to its end. The words are those of the component's reporter.

import { Component } from "./component.js";
import { ComponentFailed, Refusal } from "./errors.js";

/**
 * @import { Diagnostic } from "../component/interfaces/atlas-post-processor-types.js"
 * @import { Ending, Reporter } from "../component/interfaces/atlas-post-processor-reporting.js"
 * @import { Transfer } from "../component/interfaces/atlas-post-processor-transfers.js"
 * @import { Remote } from "./component.js"
 * @import { Document } from "./input.js"
 * @import { Options } from "./types.js"
 */

/** What is told, and whether anything stands in the way. */
export class Telling {
  /** Whether something is wrong with the inputs. */
  isRefused = false;
  /** Once it has begun. */
  reporter = /** @type {Remote<Reporter>} */ (/** @type {unknown} */ (undefined));
  #options;
  /** What a reporter is made with. @type {[environment: [string, string][], variables: [string, string][]]} */
  #known = [[], []];

  /** @param {Options} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * Begins to tell. Gives the instance that it is told with.
   * @param {Component} component
   * @param {[name: string, value: string][]} environment what the instance sees
   * @param {[name: string, value: string][]} variables the user's
   */
  async begin(component, environment, variables) {
    this.#known = [environment, variables];
    const { color = false, width, verbosity = 0 } = this.#options;
    const instance = await component.instantiate({ environment });
    this.reporter = await instance.reporting.Reporter.create({ color, width, verbosity }, variables);
    return instance;
  }

  /**
   * Takes note of an input, or tells that it can't be used. Gives whether it can.
   * @param {Document} document
   */
  async document({ source, name, text, error }) {
    if (error) {
      this.isRefused = true;
      this.tell(await this.reporter.unreadable(source, name, error));
    } else {
      await this.reporter.document(source, name, text);
    }
    return !error;
  }

  /** @param {Diagnostic[]} diagnostics */
  async found(diagnostics) {
    this.isRefused ||= diagnostics.some(({ severity }) => severity === "error");
    if (diagnostics.length > 0) {
      this.tell(await this.reporter.diagnostics(diagnostics));
    }
  }

  /**
   * What a check gives. If it finds something wrong, that is told.
   * @template T
   * @param {Promise<T>} check
   */
  async checked(check) {
    try {
      return await check;
    } catch (error) {
      if (!(error instanceof Refusal)) {
        throw error;
      }
      await this.found(error.diagnostics);
      return undefined;
    }
  }

  /**
   * What was begun, with what is to be warned of told. Undefined if something is wrong.
   * @param {Promise<Remote<Transfer>>} beginning
   */
  async begun(beginning) {
    const transfer = await this.checked(beginning);
    await this.found((await transfer?.warnings()) ?? []);
    return transfer;
  }

  /** @param {string[]} lines */
  tell(lines) {
    for (const line of lines) {
      this.#options.onLine?.(line);
    }
  }

  /**
   * Tells the end. If the component has broken, another reporter does that, in another thread.
   * @param {Ending} ending
   * @throws {ComponentFailed} if that one breaks as well
   */
  async finish(ending) {
    try {
      return await this.reporter.finish(ending);
    } catch (error) {
      const component = await Component.start(this.#options.component);
      try {
        await this.begin(component, ...this.#known);
        const isKnown = ending.tag === "done" || ending.tag === "failed";
        return await this.reporter.finish(isKnown ? ending : brokenBy(error));
      } finally {
        await component.stop();
      }
    }
  }
}

/**
 * @param {unknown} error
 * @returns {Ending}
 */
export function brokenBy(error) {
  if (!(error instanceof ComponentFailed)) {
    throw error;
  }
  return { tag: "failed", val: { code: error.code, message: error.message, published: [] } };
}
