//! What the component needs of its host is what its world says, and nothing that reaches a network.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use std::path::Path;

use atlas_host::COMPONENT;
use wit_bindgen_core::wit_parser::decoding::{DecodedWasm, decode};
use wit_bindgen_core::wit_parser::{Resolve, WorldId, WorldKey};

/// Sorted names of interfaces.
fn names<'a>(resolve: &Resolve, keys: impl Iterator<Item = &'a WorldKey>) -> Vec<String> {
    let mut names: Vec<_> = keys.map(|key| resolve.name_world_key(key)).collect();
    names.sort();
    names
}

/// What a world imports, but for the contract's own types, which have no functions; and what it exports.
fn imports_and_exports(resolve: &Resolve, world: WorldId) -> (Vec<String>, Vec<String>) {
    let world = &resolve.worlds[world];
    let mut imports = names(resolve, world.imports.keys());
    imports.retain(|name| !name.starts_with("atlas:"));
    (imports, names(resolve, world.exports.keys()))
}

#[test]
fn imports_and_exports_are_those_that_the_world_states() {
    let DecodedWasm::Component(built, built_world) = decode(COMPONENT).unwrap() else {
        panic!("not a component");
    };
    let mut stated = Resolve::default();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
    let (package, _) = stated.push_dir(&directory).unwrap();
    let world = |name| stated.select_world(&[package], Some(name)).unwrap();

    let (imports, exports) = imports_and_exports(&built, built_world);
    let mut allowed = imports_and_exports(&stated, world("imports")).0;
    // WASI's streams are stated with it, but nothing waits for them.
    allowed.retain(|name| !name.starts_with("wasi:io/poll@"));
    assert_eq!(imports, allowed);
    assert_eq!(
        exports,
        imports_and_exports(&stated, world("post-processor")).1
    );
    for import in imports {
        let mut harmless = ["cli", "clocks", "filesystem", "io", "random"].into_iter();
        assert!(
            harmless.any(|package| import.starts_with(&format!("wasi:{package}/"))),
            "{import}"
        );
    }
}

#[test]
fn the_component_is_small() {
    assert!(COMPONENT.len() <= 600_000, "{} bytes", COMPONENT.len());
}
