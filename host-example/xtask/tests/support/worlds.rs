//! Components that do nothing, of any world over the contract.

use std::path::Path;

use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::decoding::{DecodedWasm, decode};
use wit_parser::{ManglingAndAbi, Resolve};

/// A component of the one world in `wit`.
pub fn component_of(wit: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
    resolve.push_dir(&contract).unwrap();
    let package = resolve.push_str("world.wit", wit).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();

    let mangling = ManglingAndAbi::Standard32;
    let mut module = dummy_module(&resolve, world, mangling);
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    let mut encoder = ComponentEncoder::default();
    encoder.module(&module).unwrap().encode().unwrap()
}

/// The names of what a component imports.
pub fn imports(component: &[u8]) -> Vec<String> {
    let DecodedWasm::Component(resolve, world) = decode(component).unwrap() else {
        panic!("not a component");
    };
    let imports = resolve.worlds[world].imports.keys();
    imports.map(|key| resolve.name_world_key(key)).collect()
}
