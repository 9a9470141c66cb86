// The step of action.yml: publishes, shows what it does, and leaves the result as output.

import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";

import { publish } from "./src/index.js";

const input = (/** @type {string} */ name) => process.env[`INPUT_${name}`] || undefined;

/**
 * What an input says, a NAME=VALUE on each line.
 * @param {string} name
 */
const pairs = (name) =>
  (input(name) ?? "").split("\n").flatMap((line) => {
    const [key = "", ...value] = line.split("=");
    return value.length > 0 ? [/** @type {[string, string]} */ ([key, value.join("=")])] : [];
  });
// Of a template nothing can be set: that is told.
const set = pairs("SET");
const job = {
  template: input("TEMPLATE"),
  config: input("CONFIG"),
  ...(set.length > 0 && { set }),
  artifact: input("ARTIFACT"),
  manifest: input("MANIFEST"),
  build: input("BUILD"),
  variables: pairs("VARS"),
};

const { lines, messages, json, exitStatus } = await publish(job, { onLine: console.log });
console.log([...lines, ...messages].join("\n"));
const mark = randomUUID();
appendFileSync(process.env.GITHUB_OUTPUT ?? "/dev/stdout", `result<<${mark}\n${json}\n${mark}\n`);
process.exitCode = exitStatus;
