//! The same sources make the same files, wherever they are.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use xtask::workspace::Workspace;

use crate::made::{checkout, make, printed, released, temporary};

/// The sums of files that can be equal: those of signatures never are.
fn sums(directory: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(directory.join("SHA256SUMS")).unwrap();
    let lines = text.lines().map(|line| line.split_once("  ").unwrap());
    lines
        .map(|(sum, file)| (file.to_owned(), sum.to_owned()))
        .collect()
}

/// A copy of the checkout in another directory, with a commit of the same time.
fn elsewhere() -> PathBuf {
    let here = Workspace::open(&checkout(), &temporary("here"), &temporary("tools")).unwrap();
    let copy = temporary("in-another-place/of-another-length/checkout");
    here.stage("", &copy).unwrap();
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.arg("-C")
            .arg(&copy)
            .args(["-c", "user.name=test", "-c", "user.email=test@localhost"]);
        git.args([
            "-c",
            "commit.gpgsign=false",
            "-c",
            "core.hooksPath=/dev/null",
        ])
        .args(arguments);
        let date = format!("@{} +0000", here.date());
        printed(git.env("GIT_COMMITTER_DATE", date))
    };
    git(&["init", "--quiet"]);
    git(&["add", "--all", "--force"]);
    git(&["commit", "--quiet", "--message", "copied"]);
    copy
}

#[test]
#[ignore = "takes minutes, and needs a git checkout: cargo test --workspace --test release -- --ignored"]
fn two_directories_make_the_same_files() {
    let here = sums(released());
    let there = sums(&make(&elsewhere(), "there"));
    assert!(here.contains_key("atlas_post_processor.wasm"), "{here:?}");
    assert_eq!(here, there);
}
