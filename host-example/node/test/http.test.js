// The HTTP client, byte by byte, against sockets of this machine.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { truncate, writeFile } from "node:fs/promises";
import net from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";

import { UndiciClient } from "../src/http/client.js";
import { directory, rawServer } from "./support.js";

/** @import { Request } from "../component/interfaces/atlas-post-processor-http.js" */

/**
 * @param {Partial<Request> & { url: string }} request
 * @param {NodeJS.ProcessEnv} [environment]
 */
function send(request, environment = {}, client = new UndiciClient(environment)) {
  return client.send(
    {
      ...{ purpose: "test", method: "get", sensitiveUrl: true, headers: [], body: { tag: "empty" } },
      ...{
        connectTimeoutMs: 10_000n,
        idleTimeoutMs: 10_000n,
        answerTimeoutMs: 20_000n,
        responseLimit: 1000n,
        saveLimit: 0n,
      },
      ...request,
    },
    {},
  );
}

/**
 * Bytes of a file as a body.
 * @param {string} path
 * @param {number} length
 * @param {number} [offset]
 * @returns {any} the types of a case and of its record are one to jco
 */
function range(path, length, offset = 0) {
  const source = /** @type {const} */ ({ tag: "file", val: path });
  return { tag: "range", val: { source, offset: BigInt(offset), length: BigInt(length) } };
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
  assert.equal(outcome.tag, "answered", inspect(outcome));
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
  const response = responseOf(await send({ url: `http://${host}/a?b=c`, method: "post", headers, body }));
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

test("streams bytes of a file with their size, and tells the hash of all once the end is sent", async (t) => {
  const file = join(await directory(t), "box");
  const content = Buffer.alloc(1_000_003, "0123456");
  await writeFile(file, content);
  const whole = createHash("sha256").update(content).digest("hex");
  for (const [offset, length, hash] of /** @type {const} */ ([
    [0, content.length, whole],
    [70_001, 200_000, undefined],
    [0, 0, undefined],
    [70_001, content.length - 70_001, whole],
    [content.length, 0, whole],
  ])) {
    let received = Buffer.alloc(0);
    const host = await rawServer(t, (socket) => {
      socket.on("data", (data) => {
        received = Buffer.concat([received, data]);
        if (received.indexOf("\r\n\r\n") + 4 + length === received.length) {
          socket.end(EMPTY);
        }
      });
    });
    const body = range(file, length, offset);
    const response = responseOf(await send({ url: `http://${host}/`, method: "patch", body }));
    const end = received.length - length;
    const head = received.subarray(0, end).toString();
    assert.match(head, /^PATCH \/ /);
    assert.match(head, new RegExp(`\r\ncontent-length: ${length}\r\n`, "i"));
    assert.ok(received.subarray(end).equals(content.subarray(offset, offset + length)));
    assert.equal(response.sentSha256, hash);
    assert.equal(response.sent, BigInt(length));
  }
});

test("an early answer to an upload is the answer, and the upload not sent", async (t) => {
  const file = join(await directory(t), "box");
  const size = 64 << 20;
  await writeFile(file, Buffer.alloc(size));
  for (const status of ["413 Too Large", "200 OK"]) {
    const host = await rawServer(t, answering(`HTTP/1.1 ${status}\r\nContent-Length: 2\r\n\r\nno`));
    const body = range(file, size);
    const response = responseOf(await send({ url: `http://${host}/`, method: "put", body }));
    assert.equal(response.status, Number.parseInt(status, 10));
    assert.equal(response.sentSha256, undefined);
    assert.ok(response.sent < size, `${response.sent}`);
  }
});

test("what cannot be sent as it was wanted is no success", async (t) => {
  const path = await directory(t);
  const file = join(path, "box");
  const size = 16 << 20;
  await writeFile(file, Buffer.alloc(size));
  let requests = 0;
  const host = await rawServer(t, (socket) => {
    requests++;
    socket.once("data", async () => {
      await truncate(file, size / 2);
      socket.resume();
    });
  });
  const cases = /** @type {const} */ ([
    [file, 1, "other"],
    [file, 0, "other"],
    [join(path, "missing"), 0, "not-found"],
    [path, 0, "is-directory"],
  ]);
  for (const [val, more, reason] of cases) {
    const body = range(val, size + more);
    const outcome = await send({ url: `http://${host}/`, method: "put", body });
    assert.ok(outcome.tag === "no-answer" && outcome.val.tag === "body-unreadable", inspect(outcome));
    assert.equal(outcome.val.val.tag, reason);
  }
  assert.equal(requests, 1, "of what is too short at once, nothing is sent");
});

test("what follows an answer is never the next one", async (t) => {
  let connections = 0;
  const host = await rawServer(t, (socket) => {
    connections++;
    const forged = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged";
    socket.once("data", () => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nreal${forged}`));
  });
  const client = new UndiciClient({});
  for (let count = 1; count <= 3; count++) {
    const response = responseOf(await send({ url: `http://${host}/` }, {}, client));
    assert.equal(Buffer.from(response.body).toString(), "real");
    assert.equal(connections, count);
  }
});

test("gives up when nothing moves, not while something does", async (t) => {
  const host = await rawServer(t, (socket) => {
    socket.once("data", async () => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
      for (const byte of "patience") {
        await new Promise((resolve) => setTimeout(resolve, 300));
        socket.write(byte);
      }
    });
  });
  const started = performance.now();
  const outcome = await send({ url: `http://${host}/`, idleTimeoutMs: 2000n });
  assert.deepEqual(outcome, { tag: "no-answer", val: { tag: "timeout" } });
  const took = performance.now() - started;
  assert.ok(took > 4000 && took < 15_000, `${took} ms`);
});

for (const [what, head] of /** @type {const} */ ([
  ["head", 1000],
  ["body", 0],
])) {
  test(`gives up an answer whose ${what} comes byte by byte`, async (t) => {
    const host = await rawServer(t, (socket) => {
      socket.on("error", () => {});
      socket.once("data", () => {
        let rest = Buffer.from(
          `HTTP/1.1 200 OK\r\nX: ${"x".repeat(head)}\r\nContent-Length: 999\r\n\r\n${" ".repeat(998)}`,
        );
        const drip = setInterval(() => {
          socket.write(rest.subarray(0, 1));
          rest = rest.subarray(1);
        }, 100);
        socket.once("close", () => clearInterval(drip));
      });
    });
    const started = performance.now();
    const outcome = await send({ url: `http://${host}/`, answerTimeoutMs: 700n });
    assert.deepEqual(outcome, { tag: "no-answer", val: { tag: "timeout" } });
    const took = performance.now() - started;
    assert.ok(took > 600 && took < 15_000, `${took} ms`);
  });
}

test("gives up when the server reads nothing", async (t) => {
  const file = join(await directory(t), "box");
  await writeFile(file, Buffer.alloc(64 << 20));
  const host = await rawServer(t, (socket) => socket.pause());
  const body = range(file, 64 << 20);
  const outcome = await send({ url: `http://${host}/`, method: "put", body, idleTimeoutMs: 300n });
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
    assert.equal(outcome.val.tag, tag, `after ${JSON.stringify(answer)}: ${inspect(outcome)}`);
    assert.doesNotMatch(inspect(outcome), /secret-path/);
  }
  const plain = await rawServer(t, answering("HTTP/1.1 400 Bad Request\r\n\r\n"));
  const secure = await send({ url: `https://${plain}/` });
  assert.ok(secure.tag === "no-answer" && secure.val.tag === "tls", JSON.stringify(secure));
  const untrusted = await send({ url: `https://${plain}/` }, { ATLAS_CAFILE: "/nowhere/ca.pem" });
  assert.ok(untrusted.tag === "no-answer" && untrusted.val.tag === "tls");
  assert.match(untrusted.val.val, /^ATLAS_CAFILE: \/nowhere\/ca.pem: no such file/);
});

test("gives up a connection that is not made", async (t) => {
  // Takes the connection, and never speaks TLS.
  const host = await rawServer(t, () => {});
  const outcome = await send({ url: `https://${host}/`, connectTimeoutMs: 300n });
  assert.deepEqual(outcome, { tag: "no-answer", val: { tag: "timeout" } });
});

test("an upload that moves takes as long as it takes", async (t) => {
  const file = join(await directory(t), "box");
  const size = 24 << 20;
  await writeFile(file, Buffer.alloc(size));
  const host = await rawServer(t, (socket) => {
    let received = 0;
    socket.on("data", (data) => {
      received += data.length;
      socket.pause();
      setTimeout(() => socket.resume(), 12);
      if (received > size) {
        socket.end(EMPTY);
      }
    });
  });
  const body = range(file, size);
  const started = performance.now();
  const times = { idleTimeoutMs: 2000n, answerTimeoutMs: 2000n };
  const response = responseOf(await send({ url: `http://${host}/`, method: "put", body, ...times }));
  assert.equal(response.sent, BigInt(size));
  assert.ok(performance.now() - started > 2000);
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
