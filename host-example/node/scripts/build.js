// Makes JavaScript and core WebAssembly of the component, in component/.
//
//   npm run build [-- FILE]
//
// FILE is the component; by default what ATLAS_COMPONENT names, or what cargo built in this repository.

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { transpile } from "@bytecodealliance/jco";

const here = fileURLToPath(new URL("..", import.meta.url));
const target = join(here, "component");
const built = join(here, "../../target/wasm32-wasip2/component/atlas_post_processor.wasm");
const source = process.argv[2] ?? process.env.ATLAS_COMPONENT ?? built;

/** @param {string} file */
async function read(file) {
  try {
    return await readFile(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.error(`The component can't be read: ${reason}

Build it first, in the root of the repository:

    cargo build --package atlas-post-processor --profile component --target wasm32-wasip2

or say where it is: npm run build -- FILE`);
    process.exit(1);
  }
}

const { files } = await transpile(await read(source), {
  name: "atlas",
  instantiation: "async",
});
await rm(target, { recursive: true, force: true });
for (const [name, content] of Object.entries(files)) {
  const file = join(target, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}
console.log(`${Object.keys(files).length} files from ${source}`);
