// Answers that go into a file, byte by byte, against sockets of this machine.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";

import { DownloadFile, UndiciClient } from "../src/index.js";
import { directory, rawServer } from "./support.js";

/**
 * @import { TestContext } from "node:test"
 * @import { Request } from "../component/interfaces/atlas-post-processor-http.js"
 */

/**
 * A file that is downloaded, of which this is there already.
 * @param {TestContext} t
 * @param {string} [left]
 */
async function place(t, left) {
  const path = await directory(t);
  const part = join(path, "box.part");
  if (left !== undefined) {
    await writeFile(part, left);
  }
  const file = await DownloadFile.open(join(path, "box"));
  t.after(() => file.close());
  return { path, part, file };
}

/**
 * Sends a request whose answer is to be saved to a server that answers with these pieces, one after the other.
 * @param {TestContext} t
 * @param {DownloadFile} file
 * @param {number} saveAt
 * @param {(string | Buffer)[]} pieces
 * @param {Partial<Request> & { pause?: number, stays?: boolean }} [request]
 */
async function save(t, file, saveAt, pieces, { pause = 20, stays = false, ...request } = {}) {
  const host = await rawServer(t, (socket) => {
    socket.once("data", async () => {
      for (const piece of pieces) {
        socket.write(piece);
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
      if (!stays) {
        socket.end();
      }
    });
  });
  /** @type {Request} */
  const whole = {
    ...{ purpose: "test", method: "get", url: `http://${host}/`, sensitiveUrl: true, headers: [] },
    ...{ body: { tag: "empty" }, connectTimeoutMs: 10_000n, idleTimeoutMs: 10_000n },
    ...{ answerTimeoutMs: 20_000n, responseLimit: 100n, saveAt: BigInt(saveAt), saveLimit: 1n << 30n },
    ...request,
  };
  return new UndiciClient({}).send(whole, { download: file });
}

/** @param {Awaited<ReturnType<typeof save>>} outcome */
function answered(outcome) {
  assert.ok(outcome.tag === "answered", inspect(outcome));
  return outcome.val;
}

/** @param {string | Buffer} content */
function sha256(content) {
  return createHash("sha256").update(content).digest("hex");
}

for (const [how, ...pieces] of /** @type {const} */ ([
  ["as long as it says", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123", "456789"],
  [
    "in chunks",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n0123\r\n",
    "6\r\n456789\r\n0\r\n\r\n",
  ],
  ["up to the end of the connection", "HTTP/1.1 200 OK\r\n\r\n0123", "456789"],
])) {
  test(`a body that comes ${how} takes the place of what was there`, async (t) => {
    const { path, part, file } = await place(t, "something else that is longer");
    const { status, body, saved } = answered(await save(t, file, 5, [...pieces]));
    assert.equal(status, 200);
    assert.equal(body.length, 0);
    assert.deepEqual(saved, { size: 10n, sha256: sha256("0123456789") });
    assert.equal(await readFile(part, "utf8"), "0123456789");
    assert.deepEqual((await readdir(path)).sort(), ["box.part", "box.part.lock"]);
    await file.finish();
    await file.close();
    assert.deepEqual(await readdir(path), ["box"]);
  });
}

test("a part goes to its place, and what was behind that is gone", async (t) => {
  const { part, file } = await place(t, "0123xxxxxxxxxxx");
  const head = "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 4-9/10\r\nContent-Length: 6\r\n\r\n";
  const { status, saved } = answered(await save(t, file, 4, [head, "456789"]));
  assert.equal(status, 206);
  assert.deepEqual(saved, { size: 10n, sha256: sha256("0123456789") });
  assert.equal(await readFile(part, "utf8"), "0123456789");
});

test("other answers are read, and leave the file as it is", async (t) => {
  const { part, file } = await place(t, "0123");
  for (const status of [201, 404, 416, 503]) {
    const head = `HTTP/1.1 ${status} So\r\nContent-Length: 2\r\n\r\n`;
    const response = answered(await save(t, file, 2, [`${head}no`]));
    assert.equal(response.status, status);
    assert.equal(Buffer.from(response.body).toString(), "no");
    assert.equal(response.saved, undefined);
  }
  const long = await save(t, file, 2, [`HTTP/1.1 404 So\r\n\r\n${"x".repeat(101)}`]);
  assert.deepEqual(long, { tag: "no-answer", val: { tag: "response-too-large" } });
  assert.equal(await readFile(part, "utf8"), "0123");
});

test("a body that breaks off is an answer, of which all that came can be gone on with", async (t) => {
  const { part, file } = await place(t);
  const ends = /** @type {const} */ ([
    ["interrupted", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", "01", {}],
    ["interrupted", "HTTP/1.1 206 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n", "234", {}],
    ["timeout", "HTTP/1.1 206 OK\r\nContent-Length: 5\r\n\r\n", "56", { idleTimeoutMs: 300n, stays: true }],
  ]);
  for (const [tag, head, body, request] of ends) {
    const before = file.size;
    const { saved } = answered(await save(t, file, before, [head, body], request));
    assert.deepEqual(saved, { size: BigInt(before + body.length), error: { tag } });
  }
  assert.equal(await readFile(part, "utf8"), "0123456");
  const { saved } = answered(await save(t, file, 7, ["HTTP/1.1 206 OK\r\nContent-Length: 3\r\n\r\n789"]));
  assert.deepEqual(saved, { size: 10n, sha256: sha256("0123456789") });
});

test("before there is a head, there is no answer", async (t) => {
  const { part, file } = await place(t, "0123");
  const late = { answerTimeoutMs: 300n, stays: true };
  for (const [pieces, tag] of /** @type {const} */ ([
    [[], "timeout"],
    [["HTTP/1.1 200"], "timeout"],
  ])) {
    assert.deepEqual(await save(t, file, 4, [...pieces], late), { tag: "no-answer", val: { tag } });
  }
  const cut = await save(t, file, 4, ["HTTP/1.1 200"]);
  assert.deepEqual(cut, { tag: "no-answer", val: { tag: "interrupted" } });
  assert.equal(await readFile(part, "utf8"), "0123");
});

test("a body that moves takes as long as it takes", async (t) => {
  const { file } = await place(t);
  const pieces = ["HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", ..."0123456789"];
  const times = { answerTimeoutMs: 2000n, idleTimeoutMs: 3000n, pause: 300 };
  const { saved } = answered(await save(t, file, 0, pieces, times));
  assert.equal(saved?.sha256, sha256("0123456789"));
});

test("a file that can't be written is said to be so", async (t) => {
  const pieces = ["HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789"];
  const { part, file } = await place(t);
  await mkdir(part);
  const none = await save(t, file, 0, pieces);
  assert.deepEqual(none, {
    tag: "no-answer",
    val: { tag: "body-not-saved", val: { tag: "is-directory" } },
  });

  const { file: short } = await place(t, "0123");
  const lost = await save(t, short, 5, pieces);
  assert.ok(lost.tag === "no-answer" && lost.val.tag === "body-not-saved", inspect(lost));

  const { file: full } = await place(t);
  full.write = () => {
    throw Object.assign(new Error("no space"), { code: "ENOSPC" });
  };
  const { saved } = answered(await save(t, full, 0, pieces));
  assert.deepEqual(saved, { size: 0n, error: { tag: "body-not-saved", val: { tag: "no-space" } } });
});
