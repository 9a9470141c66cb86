// Configurations that stand in no template.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { publish, validate } from "../src/index.js";
import { AMI, atlas, directory, TOKEN } from "./support.js";

const CONFIG = { artifact: "hashicorp/foobar", artifact_type: "aws.ami", token: TOKEN };

test("publishes by a configuration, with what is set in it", async (t) => {
  const { url, seen } = await atlas(t);
  /** @type {string[]} */
  const lines = [];
  const onLine = (/** @type {string} */ line) => lines.push(line);
  const set = { atlas_url: url, "metadata.arch": "x64", token: "set-s3cr3t-token" };
  const job = { config: { ...CONFIG, metadata: { build: "{{build_name}}" } }, set, build: "mine" };
  const options = { environment: {}, verbosity: 2, onLine };
  const report = await publish({ ...job, artifact: AMI }, options);
  assert.equal(report.exitStatus, 0, lines.join("\n"));
  assert.ok(seen.every(({ token }) => token === "set-s3cr3t-token"));
  const made = seen.find(({ line }) => line === "POST /artifacts/hashicorp/foobar/aws.ami");
  const { metadata } = JSON.parse(String(made?.body)).artifact_version;
  assert.equal(metadata.arch, "x64");
  assert.equal(metadata.build, "mine");
  assert.doesNotMatch([...lines, report.json].join("\n"), /s3cr3t/);
});

test("findings point into the text with what was set, or into the file's if it can't be set", async (t) => {
  const path = await directory(t);
  const config = join(path, "c.json");
  await writeFile(config, JSON.stringify({ ...CONFIG, artefact: "a/b" }));
  const found = async (/** @type {import("../src/index.js").Job} */ job) => {
    /** @type {string[]} */
    const lines = [];
    const report = await validate(job, { environment: {}, onLine: (line) => lines.push(line) });
    assert.equal(report.exitStatus, 2);
    return lines.join("\n");
  };
  const set = /** @type {[string, string][]} */ ([["unheard_of", "a value"]]);
  const said = await found({ config, set });
  assert.match(said, /c\.json:\d+:\d+/);
  assert.match(said, /artefact/);
  assert.match(said, /"unheard_of": ?"a value"/);
  await writeFile(config, '{"artifact": "a/b",,}');
  assert.match(await found({ config, set }), /"artifact": "a\/b",,/);
  assert.match(await found({ config: join(path, "none.json") }), /none\.json/);
});

test("sees the environment that is for every template", async () => {
  const config = { ...CONFIG, token: undefined };
  const set = { atlas_url: "http://127.0.0.1:9" };
  const statusIn = async (/** @type {NodeJS.ProcessEnv} */ environment) =>
    (await validate({ config, set }, { environment })).exitStatus;
  assert.equal(await statusIn({}), 2);
  assert.equal(await statusIn({ ATLAS_TOKEN: "hush-hush" }), 0);
});

test("a job has a template or a configuration, and sets keys of the latter alone", async () => {
  const template = Buffer.from("{}");
  for (const job of [{}, { template, config: CONFIG }, { template, set: { token: "x" } }]) {
    await assert.rejects(() => validate(job), TypeError);
    await assert.rejects(() => publish({ ...job, artifact: AMI }), TypeError);
  }
});
