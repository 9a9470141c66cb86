// Servers on this machine for the tests, and templates for them.

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
 */

/**
 * An Atlas that knows no artifact yet and takes all that it gets.
 * @param {TestContext} test
 * @param {(line: string) => number | "hang" | undefined} [fault] the status to answer a method and path with
 *   instead
 */
export async function atlas(test, fault) {
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
    const version = { ...ids(path), version: 1, id: "us-east-1:ami-1", file: true };
    const answers = /** @type {Record<string, [number, object]>} */ ({
      "GET /authenticate": [200, {}],
      "GET /artifacts/hashicorp/foobar": [404, {}],
      "POST /artifacts": [200, { artifact: { username: "hashicorp", name: "foobar" } }],
    });
    const upload = { upload_path: `${url}/upload`, upload_token: "secret-upload" };
    const [usual, answer] = answers[line] ?? [
      200,
      path.endsWith("/search") ? { versions: [version] } : { ...version, ...upload },
    ];
    response.writeHead(status ?? usual, { "Content-Type": "application/json" });
    response.end(JSON.stringify(answer));
  });
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${/** @type {net.AddressInfo} */ (server.address()).port}`;
  return { url, seen };
}

/** @param {string} path */
function ids(path) {
  const [, , username, name, artifact_type] = path.split("/");
  return { username, name, artifact_type, slug: `${username}/${name}/${artifact_type}/1` };
}
