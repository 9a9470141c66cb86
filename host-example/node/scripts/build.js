// Makes JavaScript and core WebAssembly of the component, in component/, and component.wasm, which it is itself.
//
//   npm run build [-- FILE]
//
// FILE is the component; by default what ATLAS_COMPONENT names, or the one of the last release made in this repository.

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { transpile } from "@bytecodealliance/jco";

const here = fileURLToPath(new URL("..", import.meta.url));
const target = join(here, "component");
const built = join(here, "../../target/release-files/atlas_post_processor.wasm");
const source = process.argv[2] ?? process.env.ATLAS_COMPONENT ?? built;

const bytes = await readFile(source).catch((error) => {
  console.error(`The component can't be read: ${error.message}

Build it first, in the root of the repository:

    cargo xtask release --only component

or say where it is: npm run build -- FILE`);
  process.exit(1);
});

/**
 * No function of the component is asynchronous, and not every engine has `WebAssembly.promising`. An error
 * for each place where it is missing takes most of the time of making an instance.
 * @param {Uint8Array} script
 */
function withoutPromising(script) {
  return Buffer.from(script).toString().replaceAll("WebAssembly.promising(", "(");
}

const { files } = await transpile(bytes, { name: "atlas", instantiation: "async" });
await rm(target, { recursive: true, force: true });
for (const [name, content] of Object.entries(files)) {
  const file = join(target, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, name === "atlas.js" ? withoutPromising(content) : content);
}
// As it is, for who runs it in something else, and to be compared with what was released.
await writeFile(join(here, "component.wasm"), bytes);
console.log(`${Object.keys(files).length} files from ${source}`);
