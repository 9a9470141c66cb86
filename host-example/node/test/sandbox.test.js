// What the component is given, and what it is not.

import assert from "node:assert/strict";
import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { readOnly } from "../src/read-only.js";
import { Sandbox } from "../src/sandbox.js";
import { directory } from "./support.js";

test("nothing that the component imports reaches a network", async () => {
  const component = await readFile(new URL("../component/atlas.js", import.meta.url), "utf8");
  const imported = new Set(Array.from(component.matchAll(/= imports\['([^']+)'\]/g), ([, name]) => name));
  assert.ok(imported.size > 0);
  assert.deepEqual(
    [...imported].filter((name) => /socket|http/.test(name)),
    [],
  );
  const given = Object.keys(new Sandbox().imports());
  assert.deepEqual(
    [...imported].filter((name) => !given.includes(name)),
    [],
  );
});

test("files can be read, and neither changed nor left", async (t) => {
  const path = await directory(t);
  await writeFile(join(path, "a"), "content");
  await symlink("/etc/hostname", join(path, "out"));
  const { preopens } = readOnly([path]);
  const [[opened]] = preopens.getDirectories();
  const root = /** @type {any} */ (opened);
  const open = (/** @type {string} */ name, openFlags = {}, access = {}) =>
    root.openAt({ symlinkFollow: true }, name, openFlags, { read: true, ...access });

  const file = open("a");
  assert.equal(Buffer.from(file.readViaStream(3n).blockingRead(100n)).toString(), "tent");
  assert.equal(file.stat().size, 7n);
  assert.throws(
    () => open("../a"),
    (error) => error === "not-permitted",
  );
  assert.throws(
    () => open("out"),
    (error) => error === "not-permitted",
  );

  await writeFile(join(path, "back\\slash"), "");
  const listing = open(".").readDirectory();
  assert.throws(
    () => {
      while (listing.readDirectoryEntry()) {}
    },
    (error) => error === "illegal-byte-sequence",
  );

  const refused = (/** @type {unknown} */ error) => error === "read-only";
  assert.throws(() => open("new", { create: true }), refused);
  assert.throws(() => open("a", { truncate: true }), refused);
  assert.throws(() => open("a", {}, { write: true }), refused);
  assert.throws(() => file.write(Buffer.from("x"), 0n), refused);
  assert.throws(() => file.writeViaStream(0n), refused);
  assert.throws(() => file.setSize(0n), refused);
  assert.throws(() => root.unlinkFileAt("a"), refused);
  assert.throws(() => root.renameAt("a", root, "b"), refused);
  assert.equal(await readFile(join(path, "a"), "utf8"), "content");
});
