//! `wit/README.md` is the contract as a page, made from the WIT. `UPDATE=1` writes it anew.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use std::path::Path;

use wit_bindgen_core::Files;
use wit_bindgen_core::wit_parser::{Resolve, WorldItem};

#[test]
fn the_page_says_what_the_wit_says() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(&directory).unwrap();
    let world = resolve
        .select_world(&[package], Some("post-processor"))
        .unwrap();
    // WASI's interfaces are described elsewhere: here they are only named.
    let imports = resolve.worlds[world].imports.keys();
    let named: String = imports
        .map(|key| resolve.name_world_key(key))
        .filter(|name| name.starts_with("wasi:"))
        .map(|name| format!("    - interface `{name}`\n"))
        .collect();
    let interfaces = &resolve.interfaces;
    resolve.worlds[world].imports.retain(|_, item| match item {
        WorldItem::Interface { id, .. } => interfaces[*id].package == Some(package),
        _ => true,
    });
    let mut files = Files::default();
    let mut generator = wit_bindgen_markdown::Opts::default().build();
    generator.generate(&mut resolve, world, &mut files).unwrap();
    let (_, page) = files
        .iter()
        .find(|(name, _)| name.ends_with(".md"))
        .unwrap();

    let page = std::str::from_utf8(page).unwrap();
    let page = page.replacen(" - Imports:\n", &format!(" - Imports:\n{named}"), 1);

    let path = directory.join("README.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "wit/README.md is not what the WIT says: run this test with UPDATE=1"
    );
}
