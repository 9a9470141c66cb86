// The HTTP client, byte by byte, against sockets of this machine.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { appendFile, writeFile } from "node:fs/promises";
import net from "node:net";
import { join } from "node:path";
import { test } from "node:test";

import { UndiciClient } from "../src/http/client.js";
import { directory, rawServer } from "./support.js";

/** @import { Request } from "../component/interfaces/atlas-post-processor-publishing.js" */

/**
 * @param {Partial<Request> & { url: string }} request
 * @param {NodeJS.ProcessEnv} [environment]
 */
function send(request, environment = {}) {
  return new UndiciClient(environment).send(
    {
      ...{ purpose: "test", method: "GET", sensitiveUrl: true, headers: [], body: { tag: "empty" } },
      ...{ timeoutMs: 10_000n, responseLimit: 1000n },
      ...request,
    },
    {},
  );
}

/**
 * Answers every request, once its head has come.
 * @param {string} answer
 */
function answering(answer) {
  return (/** @type {import("node:net").Socket} */ socket) => {
    socket.once("data", () => socket.end(answer));
  };
}

/** @param {Awaited<ReturnType<typeof send>>} outcome */
function responseOf(outcome) {
  assert.equal(outcome.tag, "answered", JSON.stringify(outcome));
  return outcome.tag === "answered" ? outcome.val : assert.fail();
}

const EMPTY = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

test("sends what is asked for and no more", async (t) => {
  let received = "";
  const host = await rawServer(t, (socket) => {
    socket.on("data", (data) => {
      received += data;
      if (received.endsWith("hello")) {
        socket.end("HTTP/1.1 201 Made\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 2\r\n\r\n{}");
      }
    });
  });
  const headers = [{ name: "X-Atlas-Token", value: "abc", sensitive: true }];
  const body = /** @type {const} */ ({ tag: "bytes", val: Buffer.from("hello") });
  const response = responseOf(await send({ url: `http://${host}/a?b=c`, method: "POST", headers, body }));
  assert.equal(response.status, 201);
  assert.equal(Buffer.from(response.body).toString(), "{}");
  assert.equal(response.headers.filter(([name]) => name.toLowerCase() === "x-a").length, 2);
  const lines = received.split("\r\n").slice(0, -2).sort();
  assert.deepEqual(lines.map((line) => line.toLowerCase()).sort(), [
    "connection: close",
    "content-length: 5",
    `host: ${host}`,
    "post /a?b=c http/1.1",
    "x-atlas-token: abc",
  ]);
});

test("streams a file with its size and tells its hash", async (t) => {
  const file = join(await directory(t), "box");
  for (const size of [0, 1_000_003]) {
    const content = Buffer.alloc(size, "0123456");
    await writeFile(file, content);
    let received = Buffer.alloc(0);
    const host = await rawServer(t, (socket) => {
      socket.on("data", (data) => {
        received = Buffer.concat([received, data]);
        if (received.indexOf("\r\n\r\n") + 4 + size === received.length) {
          socket.end(EMPTY);
        }
      });
    });
    const response = responseOf(
      await send({ url: `http://${host}/`, method: "PUT", body: { tag: "file", val: file } }),
    );
    const head = received
      .subarray(0, received.length - size)
      .toString()
      .toLowerCase();
    assert.match(head, new RegExp(`\r\ncontent-length: ${size}\r\n`));
    assert.ok(received.subarray(received.length - size).equals(content));
    assert.equal(response.sentSha256, createHash("sha256").update(content).digest("hex"));
  }
});

test("an early answer to an upload is the answer", async (t) => {
  const file = join(await directory(t), "box");
  await writeFile(file, Buffer.alloc(64 << 20));
  const host = await rawServer(t, answering("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno"));
  const response = responseOf(
    await send({ url: `http://${host}/`, method: "PUT", body: { tag: "file", val: file } }),
  );
  assert.equal(response.status, 413);
  assert.equal(response.sentSha256, undefined);
});

test("a file that can't be sent as it was is no success", async (t) => {
  const path = await directory(t);
  const file = join(path, "box");
  await writeFile(file, Buffer.alloc(16 << 20));
  const host = await rawServer(t, (socket) => {
    socket.once("data", async () => {
      await appendFile(file, "more");
      socket.resume();
    });
  });
  for (const val of [file, join(path, "missing"), path]) {
    const outcome = await send({ url: `http://${host}/`, method: "PUT", body: { tag: "file", val } });
    assert.ok(
      outcome.tag === "no-answer" && outcome.val.tag === "body-unreadable",
      JSON.stringify(outcome),
    );
  }
});

test("gives up when nothing moves, not while something does", async (t) => {
  const host = await rawServer(t, (socket) => {
    socket.once("data", async () => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
      for (const byte of "patience") {
        await new Promise((resolve) => setTimeout(resolve, 100));
        socket.write(byte);
      }
    });
  });
  const started = performance.now();
  const outcome = await send({ url: `http://${host}/`, timeoutMs: 500n });
  assert.deepEqual(outcome, { tag: "no-answer", val: { tag: "timeout" } });
  const took = performance.now() - started;
  assert.ok(took > 1200 && took < 5000, `${took} ms`);
});

test("gives up an answer that comes byte by byte", async (t) => {
  const host = await rawServer(t, (socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
      const drip = setInterval(() => socket.write(" "), 20);
      socket.once("close", () => clearInterval(drip));
    });
  });
  const outcome = await send({ url: `http://${host}/`, timeoutMs: 200n });
  assert.deepEqual(outcome, { tag: "no-answer", val: { tag: "timeout" } });
});

test("gives up when the server reads nothing", async (t) => {
  const file = join(await directory(t), "box");
  await writeFile(file, Buffer.alloc(64 << 20));
  const host = await rawServer(t, (socket) => socket.pause());
  const body = /** @type {const} */ ({ tag: "file", val: file });
  const outcome = await send({ url: `http://${host}/`, method: "PUT", body, timeoutMs: 300n });
  assert.deepEqual(outcome, { tag: "no-answer", val: { tag: "timeout" } });
});

test("reads no more than the limit", async (t) => {
  const host = await rawServer(t, (socket) => {
    socket.once("data", (data) => {
      socket.end(`HTTP/1.1 200 OK\r\n\r\n${"x".repeat(Number(/ \/(\d+) /.exec(String(data))?.[1]))}`);
    });
  });
  assert.equal(responseOf(await send({ url: `http://${host}/1000` })).body.length, 1000);
  assert.deepEqual(await send({ url: `http://${host}/1001` }), {
    tag: "no-answer",
    val: { tag: "response-too-large" },
  });
});

test("says what went wrong with the connection", async (t) => {
  const cases = /** @type {const} */ ([
    ["interrupted", ""],
    ["interrupted", "HTTP/1.1 200"],
    ["interrupted", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"],
    ["other", "this is no HTTP at all\r\n\r\n"],
  ]);
  for (const [tag, answer] of cases) {
    const host = await rawServer(t, answering(answer));
    const outcome = await send({ url: `http://${host}/secret-path` });
    assert.ok(outcome.tag === "no-answer");
    assert.equal(outcome.val.tag, tag, `after ${JSON.stringify(answer)}: ${JSON.stringify(outcome)}`);
    assert.doesNotMatch(JSON.stringify(outcome), /secret-path/);
  }
  const plain = await rawServer(t, answering("HTTP/1.1 400 Bad Request\r\n\r\n"));
  const secure = await send({ url: `https://${plain}/` });
  assert.ok(secure.tag === "no-answer" && secure.val.tag === "tls", JSON.stringify(secure));
  const untrusted = await send({ url: `https://${plain}/` }, { ATLAS_CAFILE: "/nowhere/ca.pem" });
  assert.ok(untrusted.tag === "no-answer" && untrusted.val.tag === "tls");
  assert.match(untrusted.val.val, /^ATLAS_CAFILE: \/nowhere\/ca.pem: ENOENT/);
});

test("says when nobody listens", async () => {
  const gone = net.createServer().listen(0, "127.0.0.1");
  await once(gone, "listening");
  const { port } = /** @type {net.AddressInfo} */ (gone.address());
  gone.close();
  await once(gone, "close");
  assert.deepEqual(await send({ url: `http://127.0.0.1:${port}/` }), {
    tag: "no-answer",
    val: { tag: "refused" },
  });
});

test("follows no redirect", async (t) => {
  const host = await rawServer(
    t,
    answering("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"),
  );
  assert.equal(responseOf(await send({ url: `http://${host}/` })).status, 302);
});

test("a proxy gets plain requests whole", async (t) => {
  let received = "";
  const proxy = await rawServer(t, (socket) => {
    socket.once("data", (data) => {
      received = String(data);
      socket.end(EMPTY);
    });
  });
  responseOf(await send({ url: "http://atlas.invalid/x" }, { ALL_PROXY: `http://${proxy}` }));
  assert.match(received, /^GET http:\/\/atlas.invalid\/x HTTP\/1.1\r\n/);
});
