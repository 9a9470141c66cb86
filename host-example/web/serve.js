// Puts the page together in dist/ and serves it on this machine: node serve.js [--port NUMBER]

import { cp, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const web = fileURLToPath(new URL(".", import.meta.url));
const node = join(web, "../node");
const dist = join(web, "dist");
const SELF = "serve.js";

/** What the page takes from the Node package; it keeps its place, so that paths are right. */
const SHARED = ["errors.js", "files.js", "sandbox.js", "streams.js"];
const TYPES = /** @type {Record<string, string>} */ ({
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
});

/** Puts everything that the page needs in one directory, which any web server can serve. */
export async function build() {
  await rm(dist, { recursive: true, force: true });
  await mkdir(join(dist, "node/src"), { recursive: true });
  const sources = (await readdir(web)).filter((name) => /\.(js|css)$/.test(name) && name !== SELF);
  await Promise.all([
    ...sources.map((name) => cp(join(web, name), join(dist, "web", name))),
    ...SHARED.map((name) => cp(join(node, "src", name), join(dist, "node/src", name))),
    cp(join(node, "component"), join(dist, "node/component"), {
      recursive: true,
      filter: (path) => !path.endsWith(".d.ts") && !path.endsWith("interfaces"),
    }),
    cp(join(node, "../cli/src/demo-template.json"), join(dist, "example.json")),
    cp(join(web, "index.html"), join(dist, "index.html")),
  ]);
}

/**
 * Serves what was built; gives the address.
 * @param {number} port 0 takes any
 */
export async function serve(port) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    const name = pathname === "/" ? "/index.html" : pathname;
    try {
      const content = await readFile(join(dist, name));
      response.writeHead(200, { "Content-Type": TYPES[extname(name)] ?? "application/octet-stream" });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => resolve(undefined));
  });
  const { port: taken } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${taken}/`, close: () => server.close() };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { values } = parseArgs({ options: { port: { type: "string", default: "8000" } } });
    await build();
    console.log(`The page is at ${(await serve(Number(values.port))).url}`);
  } catch (error) {
    console.error(`The page can't be served: ${error instanceof Error ? error.message : error}`);
    console.error(
      "It needs ../node/component, which `npm run build` makes there, and a free port (--port NUMBER).",
    );
    process.exitCode = 1;
  }
}
