// What can be given on the command line.

import { readFileSync } from "node:fs";

import { Command, CommanderError, InvalidArgumentError, Option } from "commander";

/**
 * Variables, as given by one option.
 * @typedef {{ name: string, value: string } | { file: string }} Variables
 *
 * @typedef {object} Arguments
 * @property {"validate" | "publish"} command
 * @property {string} template `-` is the standard input
 * @property {string} [artifact]
 * @property {string} [manifest]
 * @property {string} [build]
 * @property {Variables[]} variables in the order in which they were given
 * @property {boolean} json
 * @property {number} verbose
 * @property {string} [resume]
 * @property {boolean} confirm
 * @property {number} attempts
 * @property {number} patience
 * @property {number} compression
 * @property {string} [spool]
 */

const LARGEST = 2 ** 32 - 1;

/**
 * Reads the arguments. Wrong ones are explained.
 * @param {string[]} argv
 * @returns {Arguments | { status: number }} the status if there is nothing more to do
 */
export function parse(argv) {
  /** @type {Arguments | undefined} */
  let parsed;
  const program = new Command("atlas-post-processor")
    .description("Publishes what Packer builds in Atlas")
    .version(version(), "-V, --version")
    .configureHelp({ helpWidth: Math.min(process.stdout.columns ?? 100, 100) })
    .exitOverride();

  for (const command of /** @type {const} */ (["validate", "publish"])) {
    /** @type {Variables[]} */
    const variables = [];
    const subcommand = program
      .command(command)
      .argument("<template>", "the Packer template; `-` reads it from the standard input")
      .option("--artifact <file>", "the artifact, described in JSON: builder-id, id, files, metadata")
      .addOption(
        new Option(
          "--manifest <file>",
          "the artifact, from what Packer's `manifest` post-processor wrote",
        ).conflicts("artifact"),
      )
      .option("--build <name>", "the build, if the template has several")
      .option("--var <name=value>", "set a user variable; what comes later wins", (text) => {
        variables.push(variable(text));
      })
      .option("--var-file <file>", "set user variables from a JSON object of strings", (file) => {
        variables.push({ file });
      })
      .option("--json", "write the result as one JSON document on the standard output", false)
      .option(
        "-v, --verbose",
        "log requests and answers, without secrets; twice: with their JSON",
        (_, times) => times + 1,
        0,
      )
      .action((template, options) => {
        if (command === "publish" && !options.artifact && !options.manifest) {
          subcommand.error("error: one of '--artifact <file>' and '--manifest <file>' is needed");
        }
        parsed = { command, template, ...options, variables };
      });
    if (command === "publish") {
      addPublishing(subcommand);
    }
    subcommand.description(
      command === "publish"
        ? "publish a build's artifact through the template's `atlas` post-processors"
        : "check a template without sending anything",
    );
  }

  try {
    program.parse(argv, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      return { status: error.exitCode === 0 ? 0 : 2 };
    }
    throw error;
  }
  return parsed ?? { status: 2 };
}

/** @param {Command} publish */
function addPublishing(publish) {
  publish
    .option(
      "--resume <file>",
      "keep in the file how far it has come, and go on from there if it is there already; it is removed at the end",
    )
    .option("--no-confirm", "do not look at the end whether Atlas lists what was published")
    .option(
      "--attempts <number>",
      "how often a request that fails for a passing reason is sent at most",
      wholeNumber(1, LARGEST),
      8,
    )
    .option(
      "--patience <seconds>",
      "how many seconds are waited between these attempts in sum at most",
      wholeNumber(0, LARGEST),
      300,
    )
    .option(
      "--compression <level>",
      "how small archives are made: 0 (stored) to 9 (smallest)",
      wholeNumber(0, 9),
      6,
    )
    .option(
      "--spool <dir>",
      "where an archive is kept until it is uploaded; by default the system's temporary directory",
    );
}

/** @param {string} text */
function variable(text) {
  const equals = text.indexOf("=");
  if (equals < 0) {
    throw new InvalidArgumentError("A variable is given as NAME=VALUE.");
  }
  return { name: text.slice(0, equals), value: text.slice(equals + 1) };
}

/**
 * @param {number} least
 * @param {number} most
 */
function wholeNumber(least, most) {
  return (/** @type {string} */ text) => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= least && number <= most)) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return number;
  };
}

function version() {
  const file = new URL("../../package.json", import.meta.url);
  return /** @type {string} */ (JSON.parse(readFileSync(file, "utf8")).version);
}
