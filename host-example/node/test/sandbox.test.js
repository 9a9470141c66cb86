// What the component is given, and what it is not.

import assert from "node:assert/strict";
import { readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { test } from "node:test";

import { disk } from "../src/disk.js";
import { filesIn } from "../src/files.js";
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
  const { preopens } = filesIn(disk, [path]);
  const [[opened]] = preopens.getDirectories();
  const root = /** @type {any} */ (opened);
  const open = (/** @type {string} */ name, openFlags = {}, access = {}) =>
    root.openAt({ symlinkFollow: true }, name, openFlags, { read: true, ...access });

  const file = open("a");
  const [bytes, ended] = file.read(100n, 3n);
  assert.equal(Buffer.from(bytes).toString(), "tent");
  assert.equal(ended, false);
  assert.equal(file.read(100n, 7n)[1], true);
  assert.equal(file.stat().size, 7n);
  assert.throws(
    () => open("../a"),
    (error) => error === "not-permitted",
  );
  assert.throws(
    () => open("out"),
    (error) => error === "not-permitted",
  );
  for (const name of ["/etc/hostname", "inner/../../a", "up/hostname", `../${basename(path)}/a`]) {
    await symlink("/etc", join(path, "up")).catch(() => {});
    assert.throws(
      () => open(name),
      (error) => error === "not-permitted",
      name,
    );
  }
  assert.equal(root.statAt({}, "out").type, "symbolic-link");
  assert.throws(
    () => root.readlinkAt("out"),
    (error) => error === "not-permitted",
  );
  assert.throws(
    () => open("none"),
    (error) => error === "no-entry",
  );

  await writeFile(join(path, "back\\slash"), "");
  await writeFile(Buffer.concat([Buffer.from(`${path}/bad`), Buffer.of(0xff)]), "").catch(() => {});
  const names = () => {
    const listing = open(".").readDirectory();
    return Array.from({ length: 9 }, () => listing.readDirectoryEntry()?.name).filter(Boolean);
  };
  assert.throws(names, (error) => error === "illegal-byte-sequence");
  await rm(Buffer.concat([Buffer.from(`${path}/bad`), Buffer.of(0xff)]));
  assert.deepEqual(names().sort(), ["a", "back\\slash", "out", "up"]);
  // Swapped after it was opened.
  const swapped = open("back\\slash");
  await rename(join(path, "a"), join(path, "back\\slash"));
  assert.throws(
    () => swapped.read(1n, 0n),
    (error) => error === "no-entry",
  );
  await rename(join(path, "back\\slash"), join(path, "a"));

  const refused = (/** @type {unknown} */ error) => error === "read-only";
  assert.throws(() => open("new", { create: true }), refused);
  assert.throws(() => open("a", { truncate: true }), refused);
  assert.throws(() => open("a", {}, { write: true }), refused);
  const changing = [
    "appendViaStream",
    "createDirectoryAt",
    "linkAt",
    "renameAt",
    "setSize",
    "setTimes",
    "unlinkFileAt",
    "writeViaStream",
    "write",
  ];
  assert.deepEqual(
    changing.filter((name) => name in root),
    [],
  );
  assert.equal(await readFile(join(path, "a"), "utf8"), "content");
});
