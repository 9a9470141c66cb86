// The command line: what it takes, what it shows, how it ends.

import { parse } from "./arguments.js";
import { publishCommand, validateCommand } from "./commands.js";

/**
 * Runs a command to its end.
 * @param {string[]} argv
 * @returns {Promise<number>} the exit status: 0 done, 1 could not publish, 2 refused before anything was sent
 */
export async function main(argv) {
  // Nothing depends on whether people see it.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});

  const parsed = parse(argv);
  if ("status" in parsed) {
    return parsed.status;
  }
  return parsed.command === "publish" ? publishCommand(parsed) : validateCommand(parsed);
}
