// Servers on this machine for the tests, and templates for them.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** @import { TestContext } from "node:test" */

export const TOKEN = "hush-hush-token";
export const AMI = { "builder-id": "mitchellh.amazonebs", id: "us-east-1:ami-1" };

/**
 * A template with one `atlas` post-processor.
 * @param {Record<string, unknown>} [config]
 */
export function template(config = {}) {
  const atlas = { type: "atlas", artifact: "hashicorp/foobar", artifact_type: "aws.ami", token: TOKEN };
  return JSON.stringify(
    { builders: [{ type: "amazon-ebs" }], "post-processors": [{ ...atlas, ...config }] },
    null,
    2,
  );
}

/**
 * A directory for one test.
 * @param {TestContext} test
 */
export async function directory(test) {
  const path = await mkdtemp(join(tmpdir(), "atlas-"));
  test.after(() => rm(path, { recursive: true }));
  return path;
}

/**
 * Serves raw connections; gives the server's address.
 * @param {TestContext} test
 * @param {(socket: net.Socket) => void} serve
 */
export async function rawServer(test, serve) {
  /** @type {Set<net.Socket>} */
  const sockets = new Set();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    serve(socket);
  });
  test.after(() => {
    for (const socket of sockets) {
      socket.destroy();
    }
    server.close();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `127.0.0.1:${/** @type {net.AddressInfo} */ (server.address()).port}`;
}

/**
 * @typedef {object} Seen a request that an Atlas has got
 * @property {string} line method and path
 * @property {string | undefined} token
 * @property {Buffer} body
 *
 * @typedef {{ status: number, headers: Record<string, string>, body: string }} Answer
 */

/**
 * An Atlas that knows no artifact yet and takes all that it gets.
 * @param {TestContext} test
 * @param {(line: string) => number | "hang" | Answer | undefined} [fault] what to answer a method and path with
 *   instead: a status, nothing, or all of it
 * @param {string} [uploadPath]
 */
export async function atlas(test, fault, uploadPath = "/upload") {
  /** @type {Seen[]} */
  const seen = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }
    const path = request.url?.replace("/api/v1", "").replace(/\?.*/, "") ?? "";
    const line = `${request.method} ${path}`;
    const token = /** @type {string | undefined} */ (request.headers["x-atlas-token"]);
    seen.push({ line, token, body: Buffer.concat(chunks) });
    const status = fault?.(line);
    if (status === "hang") {
      return;
    }
    if (typeof status === "object") {
      response.writeHead(status.status, status.headers).end(status.body);
      return;
    }
    const version = { ...ids(path), version: 1, id: "us-east-1:ami-1", file: true };
    const answers = /** @type {Record<string, [number, object]>} */ ({
      "GET /authenticate": [200, {}],
      "GET /artifacts/hashicorp/foobar": [404, {}],
      "POST /artifacts": [200, { artifact: { username: "hashicorp", name: "foobar" } }],
    });
    const upload = { upload_path: `${url}${uploadPath}`, upload_token: "secret-upload" };
    const [usual, answer] = answers[line] ?? [
      200,
      path.endsWith("/search") ? { versions: [version] } : { ...version, ...upload },
    ];
    response.writeHead(status ?? usual, { "Content-Type": "application/json" });
    response.end(JSON.stringify(answer));
  });
  const url = await listening(test, server);
  return { url, seen };
}

/** @param {string} path */
function ids(path) {
  const [, , username, name, artifact_type] = path.split("/");
  return { username, name, artifact_type, slug: `${username}/${name}/${artifact_type}/1` };
}

/**
 * @typedef {object} Asked a request that a library has got
 * @property {string} line method and path
 * @property {string} query
 * @property {string | undefined} token
 * @property {string | undefined} range
 *
 * @typedef {object} Told what it answers
 * @property {number} status
 * @property {string | Buffer} body
 * @property {number} [end] where the body breaks off
 * @property {boolean} [stays] whether the connection then stays
 */

/**
 * An Atlas that has version 3 of whatever is asked for, with this file.
 * @param {TestContext} test
 * @param {Buffer} content
 * @param {(asked: Asked) => Told | undefined | Promise<Told | undefined>} [fault] what to answer instead
 */
export async function library(test, content, fault) {
  /** @type {Asked[]} */
  const seen = [];
  const sha256 = createHash("sha256").update(content).digest("hex");
  const server = createServer(async (request, response) => {
    const [path, query = ""] = (request.url ?? "").replace("/api/v1", "").split("?");
    const { range } = request.headers;
    const token = /** @type {string | undefined} */ (request.headers["x-atlas-token"]);
    const asked = { line: `${request.method} ${path}`, query, token, range };
    seen.push(asked);
    const told = await fault?.(asked);
    if (told) {
      const { status, body, end = body.length, stays } = told;
      response.writeHead(status, { "Content-Length": body.length, ETag: '"e"' });
      response.write(body.slice(0, end), () => !stays && end < body.length && request.socket.end());
      return end < body.length ? undefined : response.end();
    }
    if (path.endsWith("/file")) {
      const start = Number(/\d+/.exec(range ?? "0"));
      const part = { "Content-Range": `bytes ${start}-${content.length - 1}/${content.length}` };
      const headers = { ETag: '"e"', "Content-Length": content.length - start, ...(range && part) };
      return response.writeHead(range ? 206 : 200, headers).end(content.subarray(start));
    }
    const amis = { "region.us-east-1": "ami-1", "region.us-west-2": "ami-2" };
    const metadata = { arch: "x64", provider: "virtualbox", ...amis };
    const known = { version: 3, id: "an-id", file: true, metadata, size: content.length, sha256 };
    const { slug: _, ...names } = ids(path);
    return response.end(JSON.stringify({ versions: [{ ...names, ...known }] }));
  });
  return { url: await listening(test, server), seen };
}

/**
 * Lets a server listen until the test is over; gives its address.
 * @param {TestContext} test
 * @param {import("node:http").Server} server
 */
async function listening(test, server) {
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${/** @type {net.AddressInfo} */ (server.address()).port}`;
}
