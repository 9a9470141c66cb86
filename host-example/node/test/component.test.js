// The component's thread, with guests that are none of ours: time and memory are bounded.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { parse } from "@bytecodealliance/jco";
import { Component } from "../src/component.js";
import { ComponentFailed, publish } from "../src/index.js";
import { withBoundedMemory } from "../src/memory.js";
import { AMI, directory, template } from "./support.js";

/** Grows until it can't, and tells how many pages it has. */
const GROWS = `(module (memory (export "memory") 1)
  (func (export "run") (result i32)
    (loop $more (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
    (memory.size)))`;
/** Never comes back. */
const HANGS = `(module (memory 1) (func (export "run") (result i32) (loop $ever (br $ever)) (unreachable)))`;
const TRAPS = `(module (memory 1) (func (export "run") (result i32) (unreachable)))`;

/**
 * What stands for a component whose every function runs that core module.
 * @param {import("node:test").TestContext} t
 * @param {string} text
 */
async function guest(t, text) {
  const path = await directory(t);
  await writeFile(join(path, "atlas.core.wasm"), await parse(text));
  const functions = ["inputs.textLimit", "template.environment"];
  await writeFile(
    join(path, "atlas.js"),
    `export async function instantiate(getCoreModule) {
      const { exports } = await WebAssembly.instantiate(await getCoreModule("atlas.core.wasm"));
      return { ${functions
        .map((name) => name.replace(".", ": { "))
        .map((text) => `${text}: exports.run }`)
        .join(", ")} };
    }`,
  );
  return pathToFileURL(`${path}/`);
}

test("memory grows to 64 MiB and no further", async (t) => {
  const component = await Component.start(await guest(t, GROWS));
  t.after(() => component.stop());
  const { inputs } = await component.instantiate();
  assert.equal(await inputs.textLimit(), 1024);
});

test("a maximum that is lower stays, one that is higher does not, whatever the module", async () => {
  const grown = async (/** @type {string} */ limits) => {
    const bytes = withBoundedMemory(await parse(GROWS.replace('"memory") 1', `"memory") ${limits}`)));
    const { instance } = await WebAssembly.instantiate(bytes);
    return /** @type {() => number} */ (instance.exports.run)();
  };
  assert.equal(await grown("2 300"), 300);
  assert.equal(await grown("0 65536"), 1024);
  assert.equal(await grown("1024"), 1024);
  await assert.rejects(() => grown("1025"), WebAssembly.CompileError);
  const without = await parse("(module)");
  assert.deepEqual(new Uint8Array(withBoundedMemory(without)), new Uint8Array(without));
});

test("a call that does not come back is ended, and the thread with it", async (t) => {
  const component = await Component.start(await guest(t, HANGS), 300);
  t.after(() => component.stop());
  const { inputs } = await component.instantiate();
  const failed = (/** @type {unknown} */ error) => {
    assert.ok(error instanceof ComponentFailed);
    assert.equal(error.code, "component-failed");
    assert.match(error.message, /took longer than 0.3 s in `inputs.textLimit`/);
    return true;
  };
  const started = performance.now();
  await assert.rejects(() => inputs.textLimit(), failed);
  await assert.rejects(() => inputs.textLimit(), failed);
  assert.ok(performance.now() - started < 30_000);
});

test("what breaks is told with what its runtime said", async (t) => {
  const component = await Component.start(await guest(t, TRAPS));
  t.after(() => component.stop());
  const { inputs } = await component.instantiate();
  await assert.rejects(() => inputs.textLimit(), {
    code: "component-failed",
    message: /broke: unreachable/,
  });
});

test("a component that can't be loaded or can tell nothing is thrown, whatever is to be done", async (t) => {
  const job = { template: Buffer.from(template()), artifact: AMI };
  for (const component of [await guest(t, TRAPS), pathToFileURL(`${await directory(t)}/none/`)]) {
    await assert.rejects(() => publish(job, { component }), { code: "component-failed" });
  }
});
