//! What the component needs of its host: nothing that reaches a network.

use atlas_host::COMPONENT;
use wasmtime::component::Component;
use wasmtime::{Config, Engine};

/// What Rust's standard library takes from WASI 0.2, for the environment, stdio, clocks, random
/// numbers and files, and the contract's own types, which have no functions. Nothing is added to it
/// silently.
const IMPORTS: [&str; 18] = [
    "atlas:post-processor/types",
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:clocks/wall-clock",
    "wasi:filesystem/preopens",
    "wasi:filesystem/types",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/random",
];

const EXPORTS: [&str; 5] = [
    "atlas:post-processor/artifacts",
    "atlas:post-processor/configuration",
    "atlas:post-processor/packing",
    "atlas:post-processor/publishing",
    "atlas:post-processor/template",
];

/// The names without their versions, sorted.
fn plain<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let plain = names.map(|name| name.split('@').next().unwrap_or(name).to_owned());
    let mut plain: Vec<_> = plain.collect();
    plain.sort();
    plain
}

#[test]
fn imports_and_exports_are_these() {
    let engine = Engine::new(&Config::new()).unwrap();
    let component = Component::new(&engine, COMPONENT).unwrap();
    let component = component.component_type();
    let imports = plain(component.imports(&engine).map(|(name, _)| name));
    assert_eq!(imports, IMPORTS);
    let exports = component.exports(&engine).map(|(name, _)| name);
    let exports = plain(exports);
    assert_eq!(exports, EXPORTS);
}

#[test]
fn the_component_is_small() {
    let kibibytes = COMPONENT.len() / 1024;
    assert!(kibibytes < 768, "{kibibytes} KiB");
}
