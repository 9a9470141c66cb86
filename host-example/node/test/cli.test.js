// The command, as a program of its own.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { Mask } from "../src/cli/masking.js";
import { AMI, atlas, directory, TOKEN, template } from "./support.js";

const COMMAND = fileURLToPath(new URL("../bin/atlas-post-processor.js", import.meta.url));

/**
 * @param {string} cwd
 * @param {string[]} args
 * @param {string} [input]
 */
function start(cwd, args, input = "") {
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd, env: { PATH: process.env.PATH } });
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return child;
}

/** @param {Parameters<typeof start>} args */
async function run(...args) {
  const child = start(...args);
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { status, stdout, stderr };
}

test("a wrong template is shown without its token", async (t) => {
  const path = await directory(t);
  const config = { artefact: "a/b" };
  await writeFile(join(path, "t.json"), template(config).replaceAll("\n", ""));
  const { status, stdout, stderr } = await run(path, ["validate", "--json", "t.json"]);
  assert.equal(status, 2);
  assert.match(stderr, /error\[unknown-key\]: .*artefact/);
  assert.match(stderr, /^ --> t\.json:1:\d+$/m);
  assert.match(stderr, /^ {2}= help: did you mean `artifact`\?$/m);
  assert.match(stderr, /"token": "\*+"/);
  assert.doesNotMatch(stdout + stderr, new RegExp(TOKEN));
  const shown = /^1 \| (.*)\n {2}\| ( *)(\^+)/m.exec(stderr) ?? assert.fail(stderr);
  assert.equal(shown[1].substr(shown[2].length, shown[3].length), '"artefact"');
  const result = JSON.parse(stdout);
  assert.equal(result.status, "refused");
  assert.equal(result.diagnostics[0].file, "t.json");
});

test("template and artifact are checked at once", async (t) => {
  const path = await directory(t);
  for (const artifact of ["missing.json", "a.json"]) {
    const { status, stdout } = await run(path, ["publish", "--json", "--artifact", artifact, "-"], "{");
    assert.equal(status, 2);
    const files = JSON.parse(stdout).diagnostics.map((/** @type {{ file: string }} */ { file }) => file);
    assert.deepEqual([...new Set(files)], ["<stdin>", artifact]);
    await writeFile(join(path, "a.json"), "{}");
  }
});

test("publishes, with variables in their order", async (t) => {
  const path = await directory(t);
  const { url, seen } = await atlas(t);
  const parsed = JSON.parse(template({ atlas_url: "{{user `url`}}", token: "{{user `my_token`}}" }));
  await writeFile(
    join(path, "t.json"),
    JSON.stringify({ variables: { url: "", my_token: "" }, ...parsed }),
  );
  await writeFile(join(path, "a.json"), JSON.stringify(AMI));
  await writeFile(
    join(path, "v.json"),
    JSON.stringify({ url: "http://127.0.0.1:9", my_token: "s3cr3t-s3cr3t" }),
  );
  const variables = ["--var", "my_token=old", "--var-file", "v.json", "--var", `url=${url}`];
  const args = ["publish", "-vv", "--json", "--artifact", "a.json", ...variables, "t.json"];
  const { status, stdout, stderr } = await run(path, args);
  assert.equal(status, 0, stderr);
  assert.equal(JSON.parse(stdout).receipts[0].slug, "hashicorp/foobar/aws.ami/1");
  assert.ok(seen.every(({ token }) => token === "s3cr3t-s3cr3t"));
  assert.match(stderr, /> POST .*\n(.*\n)*? {4}\{"artifact_version"/);
  assert.doesNotMatch(stdout + stderr, /s3cr3t|secret-upload/);
});

test("what can't be used is named", async (t) => {
  const path = await directory(t);
  const missing = await run(path, ["validate", "--json", "missing.json"]);
  assert.equal(missing.status, 2);
  assert.equal(JSON.parse(missing.stdout).diagnostics[0].code, "unreadable-file");
  await writeFile(join(path, "v.json"), '{"a": hush-hush}');
  const variables = await run(path, ["validate", "--json", "--var-file", "v.json", "-"], template());
  assert.equal(variables.status, 2);
  assert.equal(JSON.parse(variables.stdout).diagnostics[0].code, "bad-variable-file");
  assert.doesNotMatch(variables.stdout + variables.stderr, /hush/);
  for (const wrong of [
    ["publish", "t.json"],
    ["validate"],
    ["validate", "--bogus", "-"],
    ["nonsense"],
    [],
  ]) {
    const { status, stderr } = await run(path, wrong);
    assert.equal(status, 2, wrong.join(" "));
    assert.match(stderr, /error|Usage/);
  }
});

test("signals stop it at once", async (t) => {
  const path = await directory(t);
  const { url } = await atlas(t, () => "hang");
  await writeFile(join(path, "t.json"), template({ atlas_url: url }));
  await writeFile(join(path, "a.json"), JSON.stringify(AMI));
  for (const [signal, wanted] of /** @type {const} */ ([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ])) {
    const child = start(path, ["publish", "--artifact", "a.json", "t.json"]);
    const [line] = await once(child.stderr, "data");
    assert.match(String(line), /verify the token/);
    const started = performance.now();
    child.kill(signal);
    const [status] = await once(child, "exit");
    assert.equal(status, wanted);
    assert.ok(performance.now() - started < 1000);
  }
});

test("secrets are masked in broken documents, too", () => {
  const document = (/** @type {string} */ text) => {
    const shown = new Mask().document(text);
    assert.equal([...shown].length, [...text].length, "columns moved");
    return shown;
  };
  const cases = [
    ['{"token": "abc.é1", "artifact": "a/b"}', '{"token": "******", "artifact": "a/b"}'],
    ['"aws_secret_key":"x\\"y"', '"aws_secret_key":"****"'],
    ['"Password":\n  "hunter2"\n', '"Password":\n  "*******"\n'],
    ['"token" "abc",', '"token" "***",'],
    ['"token": "abc,\n"b": 1', '"token": "****\n"b": 1'],
    ['"token": abc"}', '"token": ***"}'],
    ["token = 'abc'", "token = '***'"],
    ['"token": "{{user `atlas_token`}}"', '"token": "{{user `atlas_token`}}"'],
    ['"token": "{{ env \\"ATLAS\\" | upper }}"', '"token": "{{ env \\"ATLAS\\" | upper }}"'],
    ['"token": "x{{upper `abc`}}y{{user `n`}}"', '"token": "*{{upper `***`}}*{{user `n`}}"'],
    ['"token": "{{printf \\"a%s\\" `bc`}}"', '"token": "{{printf \\"***\\" `**`}}"'],
    ['{"type": "token", "artifact": "a/b"}', '{"type": "token", "artifact": "a/b"}'],
  ];
  for (const [text, wanted] of cases) {
    assert.equal(document(text), wanted);
  }
  const given = new Mask({ my_token: "s3cr3t", pin_key: "123", region: "eu-west-1" });
  assert.equal(given.text("s3cr3t in eu-west-1, 123"), "****** in eu-west-1, 123");
});
