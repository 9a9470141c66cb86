// Finding and downloading, with the real component and servers of this machine.

import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { download, find } from "../src/index.js";
import { directory, library, TOKEN } from "./support.js";

/** @import { DownloadJob, Options, Report } from "../src/index.js" */

const SLUG = "hashicorp/foobar/vagrant.box";
const CONTENT = Buffer.alloc(300_000, "0123456");
const FILE = `GET /artifacts/${SLUG}/3/file`;
const RETRY = { attempts: 2, timeoutMs: 5000 };

/**
 * Begins to download or find; gives the report, read, and all that was told.
 * @param {(options: Options) => Promise<Report>} work
 * @param {Options} [options]
 */
async function told(work, options) {
  /** @type {string[]} */
  const lines = [];
  const onLine = (/** @type {string} */ line) => lines.push(line);
  const report = await work({ verbosity: 2, onLine, environment: { ATLAS_TOKEN: TOKEN }, ...options });
  const json = JSON.parse(report.json);
  const said = [...lines, JSON.stringify(report)].join("\n");
  const codes = json.diagnostics.map(
    (/** @type {{ code: string, source: string }} */ { code, source }) => `${source} ${code}`,
  );
  return { ...report, json, said, codes };
}

/**
 * A place for a file, and what downloads it from that Atlas.
 * @param {import("node:test").TestContext} t
 * @param {string} address
 */
async function place(t, address) {
  const path = await directory(t);
  const [output, checkpoint] = [join(path, "box"), join(path, "checkpoint")];
  const start = (/** @type {Partial<DownloadJob>} */ job = {}, /** @type {Options} */ options = {}) =>
    told((all) => download({ slug: SLUG, address, output, retry: RETRY, ...job }, all), options);
  return { path, output, checkpoint, start };
}

test("finds a version, or a field of it", async (t) => {
  const { url: address, seen } = await library(t, CONTENT);
  const metadata = { arch: "x64", provider: undefined };
  const all = await told((options) => find({ slug: SLUG, address, metadata }, options));
  assert.equal(all.exitStatus, 0, all.said);
  assert.equal(all.json.status, "found");
  assert.match(all.lines.join("\n"), new RegExp(`${SLUG}/3`));
  assert.equal(seen[0].token, TOKEN);
  assert.match(seen[0].query, /metadata/);
  assert.doesNotMatch(all.said, new RegExp(TOKEN));
  const field = { name: "metadata.arch" };
  assert.deepEqual((await find({ slug: SLUG, version: 3, address, field })).lines, ["x64"]);
});

test("says when nothing is found, and refuses what can't be looked for", async (t) => {
  const { url: address, seen } = await library(t, CONTENT, () => ({ status: 404, body: "{}" }));
  const none = await told((options) => find({ slug: SLUG, address }, options));
  assert.equal(none.exitStatus, 3, none.said);
  const sent = seen.length;
  const wrong = await told((options) => find({ slug: "foobar", address }, options));
  assert.equal(wrong.exitStatus, 2);
  assert.match(wrong.codes.join(), /^query /);
  assert.equal(seen.length, sent);
});

test("downloads a file, and nothing else is left", async (t) => {
  const { url } = await library(t, CONTENT);
  const { path, output, start } = await place(t, url);
  await writeFile(output, "an older one");
  await writeFile(`${output}.part`, "left by somebody");
  /** @type {[done: number, of?: number][]} */
  const progress = [];
  const { exitStatus, json, said } = await start({}, { onProgress: (...done) => progress.push(done) });
  assert.equal(exitStatus, 0, said);
  assert.equal(json.status, "downloaded");
  assert.ok((await readFile(output)).equals(CONTENT));
  assert.deepEqual(await readdir(path), ["box"]);
  assert.deepEqual(progress.at(-1), [CONTENT.length, CONTENT.length]);
  assert.doesNotMatch(said, new RegExp(TOKEN));
});

test("what breaks off goes on where it was, in one run", async (t) => {
  const { url, seen } = await library(t, CONTENT, ({ line, range }) =>
    line === FILE && range === undefined ? { status: 200, body: CONTENT, end: 100_000 } : undefined,
  );
  const { path, output, start } = await place(t, url);
  const { exitStatus, said } = await start();
  assert.equal(exitStatus, 0, said);
  assert.ok((await readFile(output)).equals(CONTENT));
  const ranges = seen.filter(({ line }) => line === FILE).map(({ range }) => range);
  assert.deepEqual(ranges, [undefined, "bytes=100000-"]);
  assert.deepEqual(await readdir(path), ["box"]);
});

for (const [when, during, asked] of /** @type {const} */ ([
  ["while its body comes", FILE, ["bytes=100000-"]],
  ["twice, then while the version is looked for", "search", ["bytes=100000-"]],
])) {
  test(`a later run goes on with what one saved that was stopped ${when}`, async (t) => {
    let hangs = FILE;
    /** @type {AbortController} */
    let stop;
    const { url, seen } = await library(t, CONTENT, ({ line }) => {
      if (hangs === "" || !line.includes(hangs)) {
        return undefined;
      }
      setTimeout(() => stop.abort(), 300);
      return { status: 200, body: CONTENT, end: 100_000, stays: true };
    });
    const { path, output, checkpoint, start } = await place(t, url);
    for (const at of new Set([FILE, during])) {
      hangs = at;
      stop = new AbortController();
      await assert.rejects(() => start({ checkpoint }, { signal: stop.signal }), { name: "AbortError" });
      assert.deepEqual((await readdir(path)).sort(), ["box.part", "checkpoint"]);
      assert.ok((await readFile(`${output}.part`)).equals(CONTENT.subarray(0, 100_000)));
    }
    hangs = "";
    const before = seen.length;
    const { exitStatus, said } = await start({ checkpoint });
    assert.equal(exitStatus, 0, said);
    assert.ok((await readFile(output)).equals(CONTENT));
    assert.deepEqual(await readdir(path), ["box"]);
    const ranges = seen.slice(before).filter(({ line }) => line === FILE);
    assert.deepEqual(
      ranges.map(({ range }) => range),
      asked,
    );
  });
}

test("without a checkpoint, one that is stopped leaves nothing", async (t) => {
  const stop = new AbortController();
  const { url } = await library(t, CONTENT, ({ line }) => {
    if (line !== FILE) {
      return undefined;
    }
    setTimeout(() => stop.abort(), 300);
    return { status: 200, body: CONTENT, end: 100_000, stays: true };
  });
  const { path, start } = await place(t, url);
  await assert.rejects(() => start({}, { signal: stop.signal }), { name: "AbortError" });
  assert.deepEqual(await readdir(path), []);
});

test("what failed is kept only if it can be gone on with, and only beside a checkpoint", async (t) => {
  const others = Buffer.alloc(CONTENT.length, "other");
  for (const [body, end, left] of /** @type {const} */ ([
    [CONTENT, 100_000, ["box.part", "checkpoint"]],
    [others, others.length, []],
  ])) {
    const { url } = await library(t, CONTENT, ({ line }) =>
      line === FILE ? { status: 200, body, end } : undefined,
    );
    const { path, checkpoint, start } = await place(t, url);
    assert.equal((await start({ checkpoint })).exitStatus, 1);
    assert.deepEqual((await readdir(path)).sort(), left);
    assert.equal((await start()).exitStatus, 1);
    assert.deepEqual((await readdir(path)).sort(), left.slice(1));
  }
});

test("a checkpoint of something else is refused, and what is there stays", async (t) => {
  const { url, seen } = await library(t, CONTENT);
  const { path, output, checkpoint, start } = await place(t, url);
  await writeFile(checkpoint, '{"atlas_checkpoint": 1, "jobs": []}');
  await writeFile(`${output}.part`, "somebody's");
  const { exitStatus, codes } = await start({ checkpoint });
  assert.equal(exitStatus, 2);
  assert.deepEqual(codes, ["checkpoint malformed-checkpoint"]);
  assert.deepEqual(seen, []);
  assert.deepEqual((await readdir(path)).sort(), ["box.part", "checkpoint"]);
});

test("of two downloads to one file, one is refused before it sends anything", async (t) => {
  /** @type {() => Promise<unknown>} */
  let meanwhile = async () => undefined;
  const { url, seen } = await library(t, CONTENT, async ({ line }) => {
    await (line === FILE ? meanwhile() : undefined);
    return undefined;
  });
  const { path, output, start } = await place(t, url);
  /** @type {Awaited<ReturnType<typeof start>> | undefined} */
  let second;
  meanwhile = async () => {
    second = await start();
  };
  const first = await start();
  assert.equal(first.exitStatus, 0, first.said);
  assert.equal(second?.exitStatus, 2);
  assert.match(second?.codes.join() ?? "", /^files /);
  assert.equal(seen.length, 2);
  assert.ok((await readFile(output)).equals(CONTENT));
  assert.deepEqual(await readdir(path), ["box"]);
});

test("a directory in its place is refused before anything is sent", async (t) => {
  const { url, seen } = await library(t, CONTENT);
  const { path, output, start } = await place(t, url);
  await mkdir(output);
  const { exitStatus, said, codes } = await start();
  assert.equal(exitStatus, 2, said);
  assert.match(codes.join(), /^files /);
  assert.match(said, /directory/);
  assert.deepEqual(seen, []);
  assert.deepEqual(await readdir(path), ["box"]);
});

test("what can't be written is a failure, whenever that is", async (t) => {
  /** @type {() => Promise<unknown>} */
  let hinder = async () => undefined;
  const { url } = await library(t, CONTENT, async ({ line }) => {
    await (line === FILE ? hinder() : undefined);
    return undefined;
  });
  const { path, output, checkpoint, start } = await place(t, url);
  hinder = () => mkdir(output);
  const renamed = await start({ checkpoint });
  assert.equal(renamed.exitStatus, 1, renamed.said);
  assert.equal(renamed.json.error.code, "file-not-written");
  assert.deepEqual(await readdir(path), ["box"]);

  const { path: other, start: again } = await place(t, url);
  await mkdir(join(other, "box.part"));
  const blocked = await again();
  assert.equal(blocked.exitStatus, 1, blocked.said);
  assert.equal(blocked.json.error.code, "file-not-written");
  assert.deepEqual(await readdir(other), ["box.part"]);
});
