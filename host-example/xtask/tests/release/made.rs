//! The release that the tests look at.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use xtask::native;
use xtask::release::{self, Part};
use xtask::signature::{self, Key};
use xtask::workspace::Workspace;

use crate::programs::is_installed;

/// A directory below the one for tests.
pub fn temporary(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("release")
        .join(name)
}

/// Whatever does not take a compiler for machines, and can be made here: that would take too long.
fn parts() -> Vec<Part> {
    let mut parts = vec![Part::Component, Part::Command, Part::Crates];
    let needed = [
        ("npm", Part::Npm),
        ("python3", Part::Python),
        ("cargo-cyclonedx", Part::Sbom),
    ];
    parts.extend(
        needed
            .iter()
            .filter(|(program, _)| is_installed(program))
            .map(|(_, part)| *part),
    );
    parts
}

/// Makes a release of what is in a directory.
pub fn make(root: &Path, name: &str) -> PathBuf {
    let workspace = Workspace::open(root, &temporary(name), &temporary("tools")).unwrap();
    let out = temporary(name).join("files");
    let key = Key::read(&key()).unwrap();
    release::make(
        &workspace,
        &parts(),
        &native::host().unwrap(),
        Some(&key),
        &out,
    )
    .unwrap();
    out
}

/// The directory of this checkout's release, which is made once.
pub fn released() -> &'static Path {
    static RELEASED: OnceLock<PathBuf> = OnceLock::new();
    RELEASED.get_or_init(|| make(&checkout(), "here"))
}

/// This checkout.
pub fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of the release, by how its name begins and ends.
pub fn file(beginning: &str, end: &str) -> Option<PathBuf> {
    let entries = fs::read_dir(released()).unwrap();
    let mut paths = entries.map(|entry| entry.unwrap().path());
    paths.find(|path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.starts_with(beginning) && name.ends_with(end)
    })
}

/// A new secret key, the same for all of a run.
pub fn key() -> PathBuf {
    static KEY: OnceLock<PathBuf> = OnceLock::new();
    KEY.get_or_init(|| {
        let directory = temporary("key");
        drop(fs::remove_dir_all(&directory));
        fs::create_dir_all(&directory).unwrap();
        let key = directory.join("release.key");
        signature::make_key(&key).unwrap();
        key
    })
    .clone()
}

/// What a program prints, which has to succeed.
pub fn printed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = [output.stdout.as_slice(), &output.stderr].concat();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&said)
    );
    String::from_utf8(output.stdout).unwrap()
}
