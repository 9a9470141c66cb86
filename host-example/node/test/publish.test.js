// The library, with the real component and servers of this machine.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { publish, validate } from "../src/index.js";
import { visible } from "../src/prepare.js";
import { AMI, atlas, directory, TOKEN, template } from "./support.js";

/** @import { Job, Options } from "../src/index.js" */

const MAKING = "POST /artifacts/hashicorp/foobar/aws.ami";

/** @param {Record<string, unknown>} [config] */
function bytes(config) {
  return Buffer.from(template(config));
}

/**
 * Publishes; gives the report, read, and all that was told.
 * @param {Job} job
 * @param {Options} [options]
 */
async function told(job, options) {
  /** @type {string[]} */
  const lines = [];
  const onLine = (/** @type {string} */ line) => lines.push(line);
  const environment = { PATH: process.env.PATH };
  const report = await publish(job, { verbosity: 2, onLine, environment, ...options });
  const json = JSON.parse(report.json);
  return { ...report, json, codes: codesIn(json), said: [...lines, JSON.stringify(report)].join("\n") };
}

/** @param {{ diagnostics: { code: string, source: string }[] }} json */
function codesIn({ diagnostics }) {
  return diagnostics.map(({ code, source }) => `${source} ${code}`);
}

test("publishes, and tells how without its secrets", async (t) => {
  const { url, seen } = await atlas(t);
  const { exitStatus, json, lines, said } = await told({
    template: bytes({ atlas_url: url }),
    artifact: AMI,
  });
  assert.equal(exitStatus, 0, said);
  const sent = seen.map(({ line }) => line).filter((line) => !line.endsWith("/search"));
  assert.deepEqual(sent, [
    "GET /authenticate",
    "GET /artifacts/hashicorp/foobar",
    "POST /artifacts",
    MAKING,
  ]);
  assert.ok(seen.every(({ token }) => token === TOKEN));
  assert.equal(json.status, "published");
  assert.equal(json.receipts[0].slug, "hashicorp/foobar/aws.ami/1");
  assert.equal(lines.length, 1);
  assert.match(said, /verify the token/);
  assert.match(said, /"artifact_version"/);
  assert.doesNotMatch(said, new RegExp(`${TOKEN}|secret-upload|/upload`));
});

test("packs a directory in threads and uploads what it packed", async (t) => {
  const path = await directory(t);
  const box = join(path, "box");
  const spool = join(path, "spool");
  await mkdir(join(box, "inner"), { recursive: true });
  await mkdir(spool);
  const contents = { "inner/script": "#!/bin/sh\n", big: "0123456789".repeat(500_000) };
  for (const [name, content] of Object.entries(contents)) {
    await writeFile(join(box, name), content);
  }
  await chmod(join(box, "inner/script"), 0o750);
  const { url, seen } = await atlas(t);
  const artifact = { "builder-id": "mitchellh.vmware", id: "vm", files: [box] };
  const config = { atlas_url: url, artifact_type: "vmware.image" };
  /** @type {[done: number, of?: number][]} */
  const progress = [];
  const job = { template: bytes(config), artifact, spool, confirm: false };
  const { json, said } = await told(job, { onProgress: (done, of) => progress.push([done, of]) });
  assert.equal(json.status, "published", said);

  const sent = seen.find(({ line }) => line === "PUT /upload")?.body ?? assert.fail("nothing was uploaded");
  assert.equal(json.receipts[0].sha256, createHash("sha256").update(sent).digest("hex"));
  assert.equal(json.receipts[0].size, sent.length);
  const out = join(path, "out");
  await mkdir(out);
  execFileSync("tar", ["-xzpf", "-", "-C", out], { input: sent });
  for (const [name, content] of Object.entries(contents)) {
    assert.equal(await readFile(join(out, name), "utf8"), content);
  }
  const listed = execFileSync("tar", ["-tvzf", "-"], { input: sent, encoding: "utf8" });
  assert.match(listed, /-rwxr-x--- 0\/0 .* inner\/script/);
  assert.deepEqual(await readdir(spool), []);
  assert.deepEqual(progress.at(-1), [sent.length, sent.length]);
  assert.ok(progress.some(([done, of]) => done === of && done > 5_000_000));
  assert.doesNotMatch(said, /secret-upload|\/upload/);
});

test("an archive that can't be kept is a failure that says so", async (t) => {
  const path = await directory(t);
  await writeFile(join(path, "disk"), "content");
  const { url } = await atlas(t);
  const artifact = { "builder-id": "packer.file", id: "File", files: [join(path, "disk")] };
  const job = { template: bytes({ atlas_url: url }), artifact, spool: join(path, "missing") };
  const { exitStatus, json } = await told(job);
  assert.equal(exitStatus, 1);
  assert.equal(json.status, "failed");
});

test("says everything that is wrong at once, and sends nothing", async (t) => {
  const { url, seen } = await atlas(t);
  const wrong = bytes({ atlas_url: url, artefact: "a/b", artifact_type: undefined });
  const refused = await told({ template: wrong, artifact: AMI });
  assert.equal(refused.exitStatus, 2);
  assert.deepEqual(refused.codes, ["template missing-field", "template unknown-key"]);
  assert.match(refused.said, /<template>:13:/);
  const report = await validate({ template: wrong }, { environment: {} });
  assert.deepEqual(codesIn(JSON.parse(report.json)), refused.codes);

  const path = await directory(t);
  const variables = join(path, "v.json");
  await writeFile(variables, '{"token": hush-hush}');
  const missing = {
    template: join(path, "t.json"),
    artifact: join(path, "a.json"),
    checkpoint: join(path, "c"),
  };
  const all = await told({ ...missing, variableFiles: [variables, join(path, "none.json")] });
  assert.equal(all.exitStatus, 2);
  const sources = new Set(all.codes.map((code) => code.split(" ")[0]));
  assert.deepEqual(sources, new Set(["template", "variables", "artifact"]));
  for (const name of ["t.json", "v.json", "none.json", "a.json"]) {
    assert.match(all.said, new RegExp(name.replace(".", "\\.")));
  }
  assert.doesNotMatch(all.said, /hush-hush/);
  assert.deepEqual(await readdir(path), ["v.json"]);
  assert.deepEqual(seen, []);
});

test("reads no more of a text than is of use", async (t) => {
  const path = await directory(t);
  const large = join(path, "large.json");
  await writeFile(large, Buffer.alloc(64 << 20, " "));
  const { exitStatus, codes, said } = await told({ template: large, artifact: AMI });
  assert.equal(exitStatus, 2);
  assert.equal(codes.length, 1);
  assert.match(said, /large/);
});

test("sees the variables that the template reads and no others", async () => {
  const address = { atlas_url: "http://127.0.0.1:9" };
  const text = JSON.stringify({
    variables: { name: "{{env `NAME`}}" },
    ...JSON.parse(template({ ...address, token: undefined, artifact: "hashicorp/{{user `name`}}" })),
  });
  const environment = { SECRET: "x", NAME: "foobar", ATLAS_TOKEN: "hush-hush" };
  const job = { template: Buffer.from(text) };
  assert.equal((await validate(job, { environment })).exitStatus, 0);
  assert.equal((await validate(job, { environment: { ATLAS_TOKEN: "hush-hush" } })).exitStatus, 2);
  assert.deepEqual(visible(environment, ["NAME", "ATLAS_TOKEN", "ATLAS_CAFILE"]), [
    ["NAME", "foobar"],
    ["ATLAS_TOKEN", "hush-hush"],
  ]);
});

test("of variables, what comes later wins", async (t) => {
  const { url, seen } = await atlas(t);
  const path = await directory(t);
  const parsed = JSON.parse(template({ atlas_url: "{{user `url`}}", token: "{{user `my_token`}}" }));
  const text = JSON.stringify({ variables: { url: "", my_token: "" }, ...parsed });
  const file = join(path, "v.json");
  await writeFile(file, JSON.stringify({ url: "http://127.0.0.1:9", my_token: "s3cr3t-s3cr3t" }));
  const job = { template: Buffer.from(text), artifact: AMI };
  const listed = await told({ ...job, variables: [["my_token", "older"], file, ["url", url]] });
  assert.equal(listed.exitStatus, 0, listed.said);
  assert.equal((await told({ ...job, variableFiles: [file], variables: { url } })).exitStatus, 0);
  assert.ok(seen.every(({ token }) => token === "s3cr3t-s3cr3t"));
  assert.doesNotMatch(listed.said, /s3cr3t/);
});

for (const [where, answer] of /** @type {const} */ ([
  ["a header's value", (/** @type {string} */ token) => [{ "X-Request": `auth ${token}` }, {}]],
  ["a header's name", (/** @type {string} */ token) => [{ [`X-${token}`]: "1" }, {}]],
  ["a value of the body", (/** @type {string} */ token) => [{}, { artifact: { note: [`your ${token}`] } }]],
  ["a key of the body", (/** @type {string} */ token) => [{}, { [token]: { [`a-${token}`]: 1 } }]],
  ["an error", (/** @type {string} */ token) => [{}, { errors: [`bad ${token}`] }, 422]],
  ["what is no JSON", (/** @type {string} */ token) => [{}, `<p>${token}</p>`, 403]],
])) {
  test(`a token that the server repeats in ${where} is not told`, async (t) => {
    for (const shown of [TOKEN, TOKEN.toUpperCase(), "Hush-Hush-Token"]) {
      const { url } = await atlas(t, (line) => {
        if (line === "GET /authenticate") {
          const [headers, body, status = 200] = /** @type {[Record<string, string>, unknown, number?]} */ (
            answer(shown)
          );
          return { status, headers, body: typeof body === "string" ? body : JSON.stringify(body) };
        }
        return undefined;
      });
      const { said } = await told({ template: bytes({ atlas_url: url }), artifact: AMI });
      assert.match(said, /verify the token/);
      assert.doesNotMatch(said, new RegExp(TOKEN, "i"));
    }
  });
}

test("the path of an upload is not told, wherever it turns up", async (t) => {
  const path = await directory(t);
  const file = join(path, "disk");
  await writeFile(file, Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]));
  const artifact = { "builder-id": "packer.file", id: "File", files: [file] };
  for (const status of [307, 403]) {
    const { url } = await atlas(
      t,
      (line) => {
        const headers = {
          Location: "http://127.0.0.1:9/elsewhere/_bin/s3cret-key",
          "X-Path": "/upload/s3cret-key",
        };
        return line.startsWith("PUT ") ? { status, headers, body: "no /upload/s3cret-key" } : undefined;
      },
      "/upload/s3cret-key",
    );
    const retry = { attempts: 2, timeoutMs: 1000 };
    const { exitStatus, said } = await told({ template: bytes({ atlas_url: url }), artifact, retry });
    assert.equal(exitStatus, 1, said);
    assert.doesNotMatch(said, /s3cret-key/);
  }
});

test("tells why it could not be published", async (t) => {
  const { url } = await atlas(t, (line) => (line === "GET /authenticate" ? 401 : undefined));
  const { exitStatus, json } = await told({ template: bytes({ atlas_url: url }), artifact: AMI });
  assert.equal(exitStatus, 1);
  assert.equal(json.error.code, "authentication-failed");
  assert.deepEqual(json.receipts, []);
});

test("goes on from where it was stopped", async (t) => {
  const path = await directory(t);
  const checkpoint = join(path, "checkpoint");
  let down = false;
  const { url, seen } = await atlas(t, (line) => {
    if (down) {
      return 503;
    }
    down = line === MAKING;
    return undefined;
  });
  const retry = { attempts: 3, timeoutMs: 5000 };
  const job = { template: bytes({ atlas_url: url }), artifact: AMI, checkpoint, retry };
  const stop = new AbortController();
  const onLine = (/** @type {string} */ line) => line.includes("503") && stop.abort();
  await assert.rejects(() => publish(job, { signal: stop.signal, onLine }), { name: "AbortError" });
  assert.doesNotMatch(await readFile(checkpoint, "utf8"), new RegExp(TOKEN));
  assert.deepEqual(await readdir(path), ["checkpoint"]);

  down = false;
  const { exitStatus, said } = await told(job);
  assert.equal(exitStatus, 0, said);
  assert.equal(seen.filter(({ line }) => line === MAKING).length, 1);
  assert.deepEqual(await readdir(path), []);
});

test("of two at once one is refused before it sends anything", async (t) => {
  const checkpoint = join(await directory(t), "checkpoint");
  const { url, seen } = await atlas(t);
  const job = { template: bytes({ atlas_url: url }), artifact: AMI, checkpoint };
  const both = await Promise.all([told(job), told(job)]);
  assert.deepEqual(both.map(({ exitStatus }) => exitStatus).sort(), [0, 2]);
  assert.equal(seen.filter(({ line }) => line === MAKING).length, 1);
  assert.equal(seen.filter(({ line }) => line === "GET /authenticate").length, 1);
  const refused = both.find(({ exitStatus }) => exitStatus === 2);
  assert.equal(refused?.codes.length, 1);
  assert.match(refused?.codes[0] ?? "", /^checkpoint /);
});

test("a checkpoint that can't be kept ends it, with what was published", async (t) => {
  const path = await directory(t);
  const checkpoint = join(path, "checkpoint");
  const { url, seen } = await atlas(t, (line) => {
    if (line === MAKING) {
      // In the way from now on.
      execFileSync("sh", ["-c", 'rm -f "$0" && mkdir "$0" && touch "$0/x"', checkpoint]);
    }
    return undefined;
  });
  const { exitStatus, json, said } = await told({
    template: bytes({ atlas_url: url }),
    artifact: AMI,
    checkpoint,
  });
  assert.equal(exitStatus, 1, said);
  assert.equal(json.error.code, "checkpoint-not-kept");
  assert.equal(json.receipts.length, 1);
  assert.equal(seen.at(-1)?.line, MAKING);
  assert.deepEqual(await readdir(path), ["checkpoint"]);
});

test("the report is there before the checkpoint is gone", async (t) => {
  const checkpoint = join(await directory(t), "checkpoint");
  const { url } = await atlas(t);
  const job = { template: bytes({ atlas_url: url }), artifact: AMI, checkpoint };
  let kept = "";
  await told(job, { onReport: () => (kept = execFileSync("cat", [checkpoint], { encoding: "utf8" })) });
  assert.notEqual(kept, "");
});

test("stops at once, whatever it is at", async (t) => {
  const { url } = await atlas(t, () => "hang");
  const stop = new AbortController();
  const onLine = () => setTimeout(() => stop.abort(), 300);
  let started = 0;
  stop.signal.addEventListener("abort", () => {
    started = performance.now();
  });
  const job = { template: bytes({ atlas_url: url }), artifact: AMI };
  await assert.rejects(() => publish(job, { signal: stop.signal, onLine }), { name: "AbortError" });
  assert.ok(performance.now() - started < 10_000);
  await assert.rejects(() => publish(job, { signal: AbortSignal.abort() }), { name: "AbortError" });
});

test("a component that hangs in the middle is a failure, told without secrets", async (t) => {
  const path = await directory(t);
  const built = new URL("../component/", import.meta.url);
  for (const name of (await readdir(built)).filter((name) => name.endsWith(".wasm"))) {
    await symlink(fileURLToPath(new URL(name, built)), join(path, name));
  }
  await writeFile(
    join(path, "atlas.js"),
    `import * as built from ${JSON.stringify(new URL("atlas.js", built))};
    export async function instantiate(...args) {
      const root = await built.instantiate(...args);
      return { ...root, publishing: { begin() { for (;;) {} } } };
    }`,
  );
  const job = { template: bytes({ artifact: "hashicorp/foobar" }), artifact: AMI };
  const started = performance.now();
  const { exitStatus, json, said } = await told(job, { component: pathToFileURL(`${path}/`) });
  assert.equal(exitStatus, 1);
  assert.equal(json.error.code, "component-failed");
  assert.match(json.error.message, /took longer than 10 s in `publishing.begin`/);
  assert.doesNotMatch(said, new RegExp(TOKEN));
  assert.ok(performance.now() - started < 60_000);
});

test("a job needs one artifact", async () => {
  await assert.rejects(() => publish({ template: bytes() }), TypeError);
  await assert.rejects(() => publish({ template: bytes(), artifact: AMI, manifest: "m.json" }), TypeError);
});
