// The step of action.yml: publishes, shows what it does, and leaves the result as output.

import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";

import { publish } from "./src/index.js";

const input = (/** @type {string} */ name) => process.env[`INPUT_${name}`] || undefined;

/** @type {[name: string, value: string][]} */
const variables = (input("VARS") ?? "").split("\n").flatMap((line) => {
  const [name, ...value] = line.split("=");
  return value.length > 0 ? [[name, value.join("=")]] : [];
});
const job = {
  template: input("TEMPLATE") ?? "",
  artifact: input("ARTIFACT"),
  manifest: input("MANIFEST"),
  build: input("BUILD"),
  variables,
};

const { lines, messages, json, exitStatus } = await publish(job, { onLine: console.log });
console.log([...lines, ...messages].join("\n"));
const mark = randomUUID();
appendFileSync(process.env.GITHUB_OUTPUT ?? "/dev/stdout", `result<<${mark}\n${json}\n${mark}\n`);
process.exitCode = exitStatus;
