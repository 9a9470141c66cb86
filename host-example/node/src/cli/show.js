// Where texts go: for people to the standard error, results to the standard output.

/** @typedef {"bold" | "red" | "yellow" | "blue" | "cyan"} Style */

const CODES = { bold: 1, red: "1;31", yellow: "1;33", blue: "1;34", cyan: "1;36" };

/**
 * Shows a line to people.
 * @param {string} text
 */
export function line(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * Writes a line of the result.
 * @param {string} text
 */
export function result(text) {
  process.stdout.write(`${text}\n`);
}

/** Whether people sit at a terminal that can show a bar which moves. */
export function onTerminal() {
  return process.stderr.isTTY === true && process.env.TERM !== "dumb";
}

/**
 * Colours a text, where people want that (https://no-color.org).
 * @param {Style} style
 * @param {string} text
 */
export function styled(style, text) {
  return onTerminal() && !process.env.NO_COLOR ? `\x1b[${CODES[style]}m${text}\x1b[0m` : text;
}

/**
 * An error that is not about a place in a text.
 * @param {string} code
 * @param {string} message
 */
export function error(code, message) {
  line(`${styled("red", `error[${code}]`)}${styled("bold", `: ${message}`)}`);
}
