//! What is in the files of a release.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use wit_parser::decoding::{DecodedWasm, decode};
use xtask::release::{COMPONENT, CONTRACT};
use xtask::{signature, sums};

use crate::made::{file, key, released};

fn component() -> Vec<u8> {
    fs::read(released().join(COMPONENT)).unwrap()
}

/// The file of a tar.gz whose path ends so.
fn in_tar(archive: &Path, end: &str) -> Vec<u8> {
    let mut archive = tar::Archive::new(GzDecoder::new(File::open(archive).unwrap()));
    let mut entries = archive.entries().unwrap().map(Result::unwrap);
    let mut entry = entries
        .find(|entry| entry.path().unwrap().to_str().unwrap().ends_with(end))
        .unwrap();
    let mut content = Vec::new();
    entry.read_to_end(&mut content).unwrap();
    content
}

#[test]
#[ignore = "takes minutes, and needs a git checkout: cargo test --workspace --test release -- --ignored"]
fn every_package_has_that_component_inside() {
    let wanted = component();
    let crate_file = file("atlas-host-", ".crate").unwrap();
    assert!(
        in_tar(&crate_file, "/component.wasm") == wanted,
        "the crate"
    );
    if let Some(npm) = file("atlas-post-processor-", ".tgz") {
        assert!(in_tar(&npm, "/component.wasm") == wanted, "npm");
    }
    if let Some(source) = file("atlas_post_processor-", ".tar.gz") {
        assert!(
            in_tar(&source, "/component.wasm") == wanted,
            "Python's source package"
        );
    }
    if let Some(wheel) = file("atlas_post_processor-", ".whl") {
        let mut wheel = zip::ZipArchive::new(File::open(wheel).unwrap()).unwrap();
        let mut content = Vec::new();
        let mut inside = wheel
            .by_name("atlas_post_processor/component.wasm")
            .unwrap();
        inside.read_to_end(&mut content).unwrap();
        assert!(content == wanted, "the wheel");
    }
}

#[test]
#[ignore = "takes minutes, and needs a git checkout: cargo test --workspace --test release -- --ignored"]
fn the_contract_states_its_version() {
    let contract = fs::read(released().join(CONTRACT)).unwrap();
    let DecodedWasm::WitPackage(resolve, package) = decode(&contract).unwrap() else {
        panic!("not a WIT package");
    };
    let name = resolve.packages[package].name.to_string();
    assert_eq!(
        name,
        format!("atlas:post-processor@{}", xtask::workspace::VERSION)
    );
}

#[test]
#[ignore = "takes minutes, and needs a git checkout: cargo test --workspace --test release -- --ignored"]
fn nothing_tells_where_it_was_made() {
    let home = std::env::home_dir().unwrap();
    let checkout = crate::made::checkout().canonicalize().unwrap();
    for entry in fs::read_dir(released()).unwrap() {
        let path = entry.unwrap().path();
        if !matches!(
            path.extension().and_then(|e| e.to_str()),
            Some("wasm" | "json")
        ) {
            continue;
        }
        let content = fs::read(&path).unwrap();
        for place in [&home, &checkout] {
            let place = place.to_str().unwrap().as_bytes();
            let told = content.windows(place.len()).any(|bytes| bytes == place);
            assert!(
                !told,
                "{} tells {}",
                path.display(),
                String::from_utf8_lossy(place)
            );
        }
    }
}

#[test]
#[ignore = "takes minutes, and needs a git checkout: cargo test --workspace --test release -- --ignored"]
fn what_was_signed_is_verified_and_nothing_else() {
    let public = key().with_extension("key.pub");
    signature::verify(&released().join(sums::SUMS), &public).unwrap();
    assert!(sums::verify(released()).unwrap() > 3);

    let changed = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(released()).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, changed.path().join(path.file_name().unwrap())).unwrap();
    }
    fs::write(changed.path().join("added"), "").unwrap();
    let error = sums::verify(changed.path()).unwrap_err().to_string();
    assert_eq!(
        error,
        "added is not a file that SHA256SUMS names, as it is there"
    );
    fs::remove_file(changed.path().join("added")).unwrap();
    fs::write(changed.path().join(COMPONENT), "another").unwrap();
    let error = sums::verify(changed.path()).unwrap_err().to_string();
    assert!(error.starts_with(COMPONENT), "{error}");

    // Whoever changes a file can change its sum, too, but not sign that.
    sums::write(changed.path()).unwrap();
    sums::verify(changed.path()).unwrap();
    signature::verify(&changed.path().join(sums::SUMS), &public).unwrap_err();
}

#[test]
#[ignore = "takes minutes, and needs a git checkout: cargo test --workspace --test release -- --ignored"]
fn of_the_network_the_command_has_http_and_the_component_nothing() {
    let reaching = |bytes: &[u8]| -> Vec<String> {
        let DecodedWasm::Component(resolve, world) = decode(bytes).unwrap() else {
            panic!("not a component");
        };
        let keys = resolve.worlds[world].imports.keys();
        let names = keys.map(|key| resolve.name_world_key(key));
        let files = ["cli", "clocks", "filesystem", "io", "random"].map(|of| format!("wasi:{of}/"));
        let harmless = |name: &String| files.iter().any(|of| name.starts_with(of));
        // The contract's own interfaces of types have no functions.
        let types = |name: &String| name.starts_with("atlas:post-processor/");
        names
            .filter(|name| !harmless(name) && !types(name))
            .collect()
    };
    assert_eq!(reaching(&component()), Vec::<String>::new());
    let command = reaching(&fs::read(released().join("atlas.wasm")).unwrap());
    let (http, rest): (Vec<_>, Vec<_>) = command
        .iter()
        .partition(|name| name.starts_with("wasi:http/"));
    assert!(!http.is_empty() && rest.is_empty(), "{command:?}");
}
