// The programs that stand on the library: the example, the action's script, the conformance runner.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { AMI, atlas, directory, library, TOKEN, template } from "./support.js";

const RUNNER = "conformance/runner.mjs";

/**
 * @param {string} cwd
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
function start(cwd, program, args, env = {}) {
  const path = fileURLToPath(new URL(`../${program}`, import.meta.url));
  return spawn(process.execPath, [path, ...args], { cwd, env: { PATH: process.env.PATH, ...env } });
}

/** @param {import("node:child_process").ChildProcessWithoutNullStreams} child */
async function ended(child) {
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { status, stdout, stderr };
}

/**
 * A directory with a template for that Atlas, and an artifact.
 * @param {import("node:test").TestContext} t
 * @param {Record<string, unknown>} config
 */
async function place(t, config) {
  const path = await directory(t);
  await writeFile(join(path, "t.json"), template(config));
  await writeFile(join(path, "a.json"), JSON.stringify(AMI));
  return path;
}

test("the runner gives the result as JSON, and keeps the order of variables", async (t) => {
  const { url, seen } = await atlas(t);
  const path = await place(t, { atlas_url: url, token: "{{user `my_token`}}" });
  const parsed = JSON.parse(await readFile(join(path, "t.json"), "utf8"));
  await writeFile(join(path, "t.json"), JSON.stringify({ variables: { my_token: "" }, ...parsed }));
  await writeFile(join(path, "v.json"), '{"my_token": "s3cr3t-s3cr3t"}');
  const variables = ["--var", "my_token=older", "--var-file", "v.json"];
  const rest = ["-vv", "--json", "--artifact", "a.json", "--resume", "c", "--attempts", "2", "t.json"];
  const { status, stdout, stderr } = await ended(start(path, RUNNER, ["publish", ...variables, ...rest]));
  assert.equal(status, 0, stderr);
  assert.equal(JSON.parse(stdout).receipts[0].slug, "hashicorp/foobar/aws.ami/1");
  assert.ok(seen.every(({ token }) => token === "s3cr3t-s3cr3t"));
  assert.doesNotMatch(stdout + stderr, /s3cr3t/);
  assert.deepEqual((await readdir(path)).sort(), ["a.json", "t.json", "v.json"]);

  const refused = await ended(start(path, RUNNER, ["validate", "--artifact", "none.json", "t.json"]));
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /none.json/);
});

test("the runner finds, downloads, and takes a configuration", async (t) => {
  const path = await directory(t);
  const { url, seen } = await library(t, Buffer.from("content"));
  const where = ["--address", url, "--attempts", "1", "--retry-timeout", "1"];
  const what = ["--version", "any", "--metadata", "arch=x64", "--metadata", "provider"];
  const field = ["--field", "ami", "--region", "us-east-1"];
  const found = await ended(start(path, RUNNER, ["find", "a/b/vagrant.box", ...where, ...what]));
  assert.equal(found.status, 0, found.stderr);
  assert.match(found.stdout, /a\/b\/vagrant\.box/);
  assert.match(seen[0].query, /x64/);
  const ami = await ended(start(path, RUNNER, ["find", "a/b/vagrant.box", ...where, ...field]));
  assert.equal(ami.stdout, "ami-1\n", ami.stderr);

  const slug = "a/b/vagrant.box/3";
  const loaded = await ended(start(path, RUNNER, ["download", slug, ...where, "--json", "--resume", "c"]));
  assert.equal(loaded.status, 0, loaded.stderr);
  assert.equal(JSON.parse(loaded.stdout).download.verified, true);
  assert.equal(await readFile(join(path, "b.box"), "utf8"), "content");
  assert.deepEqual(await readdir(path), ["b.box"]);

  await writeFile(join(path, "c.json"), "{}");
  const sets = ["artifact=a/b", "artifact_type=x", "token=t0ken", `atlas_url=${url}`];
  const args = ["--config", "c.json", ...sets.flatMap((one) => ["--set", one])];
  const valid = await ended(start(path, RUNNER, ["validate", ...args]));
  assert.equal(valid.status, 0, valid.stderr);
});

test("signals stop the runner at once, and leave the checkpoint", async (t) => {
  const { url } = await atlas(t, () => "hang");
  const path = await place(t, { atlas_url: url });
  for (const [signal, wanted] of /** @type {const} */ ([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ])) {
    const child = start(path, RUNNER, ["publish", "--artifact", "a.json", "--resume", "c", "t.json"]);
    t.after(() => child.kill("SIGKILL"));
    for (let said = ""; !said.includes("verify the token"); ) {
      said += (await once(child.stderr, "data"))[0];
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    const started = performance.now();
    child.kill(signal);
    const [status] = await once(child, "exit");
    assert.equal(status, wanted);
    assert.ok(performance.now() - started < 20_000);
    assert.deepEqual((await readdir(path)).sort(), ["a.json", "c", "t.json"]);
  }
});

test("a full disk leaves no half checkpoint", { skip: process.platform === "win32" }, async (t) => {
  const { url, seen } = await atlas(t);
  // More than the one block that a file may then have.
  const metadata = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`name${i}`, "x".repeat(60)]));
  const path = await place(t, { atlas_url: url, metadata });
  const runner = fileURLToPath(new URL(`../${RUNNER}`, import.meta.url));
  const script = `trap '' XFSZ; ulimit -f 1; exec "$0" "$@"`;
  const args = [process.execPath, runner, "publish", "--artifact", "a.json", "--resume", "c", "t.json"];
  const child = spawn("sh", ["-c", script, ...args], { cwd: path, env: { PATH: process.env.PATH } });
  const { status, stderr } = await ended(child);
  assert.equal(status, 1, stderr);
  assert.match(stderr, /checkpoint-not-kept/);
  // The last one that was whole stays, and with it what was to be kept before is not done.
  assert.deepEqual((await readdir(path)).sort(), ["a.json", "c", "t.json"]);
  assert.equal(seen.at(-1)?.line, "POST /artifacts");
});

test("the action's script leaves the result as output", async (t) => {
  const { url } = await atlas(t);
  const path = await place(t, { atlas_url: "{{user `url`}}" });
  const parsed = JSON.parse(await readFile(join(path, "t.json"), "utf8"));
  await writeFile(join(path, "t.json"), JSON.stringify({ variables: { url: "" }, ...parsed }));
  const inputs = {
    INPUT_TEMPLATE: "t.json",
    INPUT_ARTIFACT: "a.json",
    INPUT_MANIFEST: "",
    INPUT_BUILD: "",
  };
  const env = { ...inputs, INPUT_VARS: `\nurl=${url}\n`, GITHUB_OUTPUT: join(path, "output") };
  const { status, stdout, stderr } = await ended(start(path, "action.mjs", [], env));
  assert.equal(status, 0, stderr);
  const output = await readFile(join(path, "output"), "utf8");
  const [, mark, json] = /^result<<(\S+)\n([\s\S]*)\n\1\n$/.exec(output) ?? assert.fail(output);
  assert.equal(JSON.parse(json).status, "published");
  assert.ok(!json.includes(mark));
  assert.doesNotMatch(stdout + stderr + output, new RegExp(TOKEN));
});

test("the action's script publishes by a configuration, with what is set over it", async (t) => {
  const { url } = await atlas(t);
  const path = await place(t, { atlas_url: url });
  const template = JSON.parse(await readFile(join(path, "t.json"), "utf8"));
  const config = { ...template["post-processors"][0], artifact: "somebody/else" };
  await writeFile(join(path, "c.json"), JSON.stringify(config));
  const env = {
    INPUT_CONFIG: "c.json",
    INPUT_SET: "artifact=hashicorp/foobar\n",
    INPUT_ARTIFACT: "a.json",
    GITHUB_OUTPUT: join(path, "output"),
  };
  const { status, stdout, stderr } = await ended(start(path, "action.mjs", [], env));
  assert.equal(status, 0, stdout + stderr);
  assert.match(await readFile(join(path, "output"), "utf8"), /"slug": "hashicorp\/foobar\//);
});

test("the example publishes", async (t) => {
  const { url } = await atlas(t);
  const path = await place(t, { atlas_url: url });
  const { status, stdout, stderr } = await ended(start(path, "examples/publish.mjs", ["t.json"]));
  assert.equal(status, 0, stderr);
  assert.match(stdout, /hashicorp\/foobar\/aws.ami/);
});
