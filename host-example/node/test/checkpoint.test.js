// The file that keeps a checkpoint, and its lock.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { CheckpointFile } from "../src/index.js";
import { directory } from "./support.js";

const IN_USE = { reason: { tag: "in-use" } };

/** @param {import("node:test").TestContext} t */
async function place(t) {
  const path = await directory(t);
  const file = join(path, "checkpoint");
  return { path, file, lock: `${file}.lock` };
}

/** The id of a process that is gone. */
async function goneId() {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid;
}

test("keeps what is written, and leaves nothing behind", async (t) => {
  const { path, file } = await place(t);
  const checkpoint = await CheckpointFile.open(file);
  assert.equal(await checkpoint.read(100), undefined);
  await checkpoint.write("one");
  await checkpoint.write("two");
  assert.equal(await readFile(file, "utf8"), "two");
  const held = await readFile(`${file}.lock`, "utf8");
  assert.equal(held, `pid ${process.pid}\n`);
  assert.equal(Buffer.from((await checkpoint.read(2))?.text ?? []).toString(), "tw");
  await checkpoint.remove();
  await checkpoint.close();
  assert.deepEqual(await readdir(path), []);
});

test("what can't be written leaves the one before", async (t) => {
  const { path, file } = await place(t);
  const checkpoint = await CheckpointFile.open(file);
  t.after(() => checkpoint.close());
  await checkpoint.write("one");
  // Nothing can be put in the place of a directory that is not empty.
  await checkpoint.remove();
  await mkdir(join(file, "inner"), { recursive: true });
  await assert.rejects(() => checkpoint.write("two"), { code: "EISDIR" });
  assert.deepEqual((await readdir(path)).sort(), ["checkpoint", "checkpoint.lock"]);
});

test("one at a time: in this process, in another one, of another host", async (t) => {
  const { file, lock } = await place(t);
  const [first, second] = await Promise.allSettled([CheckpointFile.open(file), CheckpointFile.open(file)]);
  const opened = first.status === "fulfilled" ? first : second;
  const refused = opened === first ? second : first;
  assert.ok(opened.status === "fulfilled" && refused.status === "rejected");
  assert.deepEqual(refused.reason.reason, IN_USE.reason);
  await opened.value.close();
  await (await CheckpointFile.open(file)).close();

  const other = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"]);
  t.after(() => other.kill());
  for (const held of [`pid ${other.pid}\n`, `flock ${other.pid}\n`, ""]) {
    await writeFile(lock, held);
    await assert.rejects(() => CheckpointFile.open(file), IN_USE);
    assert.equal(await readFile(lock, "utf8"), held);
  }
});

test("a lock whose holder is gone is replaced", async (t) => {
  const { path, file, lock } = await place(t);
  const gone = await goneId();
  const old = new Date(Date.now() - 60_000);
  for (const left of [`pid ${gone}\n`, `flock ${gone}\n`, `pid ${process.pid}\n`, ""]) {
    await writeFile(lock, left);
    await utimes(lock, old, old);
    const checkpoint = await CheckpointFile.open(file);
    assert.equal(await readFile(lock, "utf8"), `pid ${process.pid}\n`);
    await assert.rejects(() => CheckpointFile.open(file), IN_USE);
    await checkpoint.close();
    assert.deepEqual(await readdir(path), []);
  }
});

test("of many that find locks whose holder is gone, each is got by one", async (t) => {
  const { path, file } = await place(t);
  const module = new URL("../src/checkpoint.js", import.meta.url);
  const names = Array.from({ length: 40 }, (_, index) => `${index}`.padStart(2, "0"));
  const program = `import { CheckpointFile } from ${JSON.stringify(module)};
    await new Promise((resolve) => process.stdin.once("data", resolve));
    const mine = [];
    for (const name of ${JSON.stringify(names)}) {
      await CheckpointFile.open(${JSON.stringify(file)} + name).then(() => mine.push(name), () => {});
    }
    console.log(mine.join());
    process.stdin.on("end", () => process.exit());`;
  const gone = await goneId();
  await Promise.all(names.map((name) => writeFile(`${file}${name}.lock`, `pid ${gone}\n`)));
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ["--input-type=module", "-e", program]),
  );
  t.after(() => {
    for (const child of children) {
      child.kill();
    }
  });
  const answers = children.map(async (child) => String((await once(child.stdout, "data"))[0]).trim());
  await new Promise((resolve) => setTimeout(resolve, 500));
  for (const child of children) {
    child.stdin.write("go");
  }
  const got = (await Promise.all(answers)).filter(Boolean).join().split(",").sort();
  assert.deepEqual(got, names);
  assert.deepEqual(
    (await readdir(path)).sort(),
    names.map((name) => `checkpoint${name}.lock`),
  );
});
