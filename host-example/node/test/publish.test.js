// The library, with the real component and servers of this machine.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { DiagnosticsError, PublishError, publish, validate } from "../src/index.js";
import { visible } from "../src/prepare.js";
import { AMI, atlas, directory, TOKEN, template } from "./support.js";

/**
 * All events of a publication.
 * @param {AsyncIterable<import("../src/index.js").PublishEvent>} events
 */
async function collect(events) {
  const all = [];
  for await (const event of events) {
    all.push(event);
  }
  return all;
}

test("publishes, and tells how without its secrets", async (t) => {
  const { url, seen } = await atlas(t);
  const events = await collect(publish(template({ atlas_url: url }), AMI));
  const lines = seen.map(({ line }) => line).filter((line) => !line.endsWith("/search"));
  assert.deepEqual(lines, [
    "GET /authenticate",
    "GET /artifacts/hashicorp/foobar",
    "POST /artifacts",
    "POST /artifacts/hashicorp/foobar/aws.ami",
  ]);
  assert.ok(seen.every(({ token }) => token === TOKEN));
  const last = events.at(-1);
  assert.ok(last?.type === "published");
  const [{ tag, version, id }] = last.receipts;
  assert.deepEqual({ tag, version, id }, { tag: "hashicorp/foobar", version: 1, id: AMI.id });
  assert.doesNotMatch(JSON.stringify(events), new RegExp(`${TOKEN}|secret-upload|/upload`));
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
  const events = await collect(publish(template(config), artifact, { spool, workers: 3 }));

  const sent = seen.find(({ line }) => line === "PUT /upload")?.body ?? assert.fail("nothing was uploaded");
  const last = events.at(-1);
  assert.ok(last?.type === "published");
  assert.equal(last.receipts[0].sha256, createHash("sha256").update(sent).digest("hex"));
  assert.equal(last.receipts[0].size, sent.length);
  const out = join(path, "out");
  await mkdir(out);
  execFileSync("tar", ["-xzpf", "-", "-C", out], { input: sent });
  for (const [name, content] of Object.entries(contents)) {
    assert.equal(await readFile(join(out, name), "utf8"), content);
  }
  const listed = execFileSync("tar", ["-tvzf", "-"], { input: sent, encoding: "utf8" });
  assert.match(listed, /-rwxr-x--- 0\/0 .* inner\/script/);
  assert.deepEqual(await readdir(spool), []);
  assert.doesNotMatch(JSON.stringify(events), /secret-upload|\/upload/);
});

test("says everything that is wrong at once, and sends nothing", async (t) => {
  const { url, seen } = await atlas(t);
  const wrong = template({ atlas_url: url, artefact: "a/b", artifact_type: undefined });
  const isRefusal = (/** @type {unknown} */ error) => {
    assert.ok(error instanceof DiagnosticsError);
    const codes = error.diagnostics.map(({ code, about }) => `${about} ${code}`);
    assert.deepEqual(codes, ["template missing-field", "template unknown-key"]);
    assert.equal(error.diagnostics[1].position?.line, 13);
    return true;
  };
  await assert.rejects(() => validate(wrong), isRefusal);
  await assert.rejects(() => collect(publish(wrong, AMI)), isRefusal);
  await assert.rejects(
    () => collect(publish("{", {})),
    (error) => {
      assert.ok(error instanceof DiagnosticsError);
      assert.deepEqual(
        new Set(error.diagnostics.map(({ about }) => about)),
        new Set(["template", "artifact"]),
      );
      return true;
    },
  );
  assert.deepEqual(seen, []);
});

test("sees the variables that the template reads and no others", async () => {
  const environment = { SECRET: "x", NAME: "foobar", ATLAS_TOKEN: "t" };
  const text = JSON.stringify({
    variables: { name: "{{env `NAME`}}" },
    ...JSON.parse(template({ token: undefined, artifact: "hashicorp/{{user `name`}}" })),
  });
  assert.equal((await validate(text, { environment })).postProcessors, 1);
  await assert.rejects(() => validate(text, { environment: { ATLAS_TOKEN: "t" } }), DiagnosticsError);
  const seen = visible(environment, ["NAME"]).map(([name]) => name);
  assert.deepEqual(seen, ["NAME", "ATLAS_TOKEN"]);
});

test("tells why it could not be published", async (t) => {
  const { url } = await atlas(t, (line) => (line === "GET /authenticate" ? 401 : undefined));
  await assert.rejects(
    () => collect(publish(template({ atlas_url: url }), AMI)),
    (error) => {
      assert.ok(error instanceof PublishError);
      assert.equal(error.code, "authentication-failed");
      assert.deepEqual(error.published, []);
      assert.doesNotMatch(error.message, new RegExp(TOKEN));
      return true;
    },
  );
});

test("goes on from where it was stopped", async (t) => {
  const checkpoint = join(await directory(t), "checkpoint");
  const making = "POST /artifacts/hashicorp/foobar/aws.ami";
  let down = false;
  const { url, seen } = await atlas(t, (line) => {
    if (down) {
      return 503;
    }
    down = line === making;
    return undefined;
  });
  const options = { checkpoint, attempts: 3, patience: 5 };
  const stop = new AbortController();
  const first = (async () => {
    for await (const event of publish(template({ atlas_url: url }), AMI, {
      ...options,
      signal: stop.signal,
    })) {
      if (event.type === "waiting") {
        stop.abort();
      }
    }
  })();
  await assert.rejects(first, { name: "AbortError" });
  assert.doesNotMatch(await readFile(checkpoint, "utf8"), new RegExp(TOKEN));

  down = false;
  const events = await collect(publish(template({ atlas_url: url }), AMI, options));
  assert.equal(events[0].type, "resuming");
  assert.equal(events.at(-1)?.type, "published");
  assert.equal(seen.filter(({ line }) => line === making).length, 1);
  await assert.rejects(() => readFile(checkpoint), { code: "ENOENT" });
});

test("stops at once, whatever it is at", async (t) => {
  const { url } = await atlas(t, () => "hang");
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 300);
  const started = performance.now();
  const events = publish(template({ atlas_url: url }), AMI, { signal: stop.signal });
  await assert.rejects(() => collect(events), { name: "AbortError" });
  assert.ok(performance.now() - started < 2000);
});

test("options that make no sense are refused", async () => {
  await assert.rejects(() => collect(publish(template(), AMI, { compression: 10 })), RangeError);
  await assert.rejects(() => collect(publish(template(), AMI, { attempts: 0 })), RangeError);
});
