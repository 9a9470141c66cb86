//! A server that means harm to those who download from it: in every host each of its answers ends in the
//! right file or in a clear error, nothing is left behind, the token goes nowhere else, and no secret that
//! is repeated is shown.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "hostile_downloads/files.rs"]
mod files;
#[path = "hostile_downloads/secrets.rs"]
mod secrets;
mod support;

use std::fs;

use serde_json::{Value, json};
use support::atlas::TOKEN;
use support::describe::sha256;
use support::host::{Host, names, said};
use support::hostile_atlas::{HostileAtlas, answer};
use support::hosts;
use support::http::Request;

const SLUG: &str = "hashicorp/foobar/qemu.image";
const CONTENT: &[u8] = b"content of the file";
const SIZE: usize = CONTENT.len();
const HALF: usize = SIZE / 2;

/// What the search lists, with these changes.
fn version(changes: Value) -> Value {
    let mut version = json!({
        "slug": format!("{SLUG}/1"), "version": 1, "id": "File", "file": true, "metadata": {},
        "size": SIZE, "sha256": sha256(CONTENT),
    });
    let changes = changes.as_object().unwrap().clone();
    version.as_object_mut().unwrap().extend(changes);
    version
}

/// A search that finds it.
fn listing(changes: Value) -> Vec<u8> {
    let body = json!({ "versions": [version(changes)] }).to_string();
    answer(200, &[], body.as_bytes())
}

/// The first half of the file, and then the end of the connection.
fn broken_off(headers: &[(&str, &str)]) -> Vec<u8> {
    let length = SIZE.to_string();
    let headers = [headers, &[("Content-Length", &length)]].concat();
    answer(200, &headers, &CONTENT[..HALF])
}

/// What came of a command: exit status, what was said, the requests.
struct Ended {
    by: &'static str,
    code: Option<i32>,
    said: String,
    requests: Vec<Request>,
}

impl Ended {
    #[track_caller]
    fn fails(&self, wanted: &str) {
        let Self { by, code, said, .. } = self;
        assert!(matches!(code, Some(1 | 3)), "{by}: {said}");
        assert!(said.contains(wanted), "{by}: {wanted}: {said}");
    }

    #[track_caller]
    fn succeeds(&self) {
        assert_eq!(self.code, Some(0), "{}: {}", self.by, self.said);
    }
}

/// Runs a command of each host with such a server. Whatever it is, there is the right file or none.
#[track_caller]
fn run(
    words: &[&str],
    answer: impl Fn(&str, usize) -> Vec<u8> + Clone + Send + Sync + 'static,
) -> Vec<Ended> {
    let by_one = |by: &'static hosts::CommandHost| {
        let (atlas, host) = (HostileAtlas::start(answer.clone()), Host::new(""));
        let output = host
            .command_of(by, words[0])
            .args(&words[1..])
            .arg("-vv")
            .env("ATLAS_ADDRESS", atlas.url())
            .env("ATLAS_TOKEN", TOKEN)
            .output()
            .unwrap();
        let (code, said, by) = (output.status.code(), said(&output), by.name);
        let broken = ["panicked", "Traceback", "\n    at ", "internal"];
        let is_whole = !broken.iter().any(|word| said.contains(word));
        assert!(is_whole && matches!(code, Some(0..=3)), "{by}: {said}");
        assert!(
            !said.contains(['\u{1b}', '\u{7}', '\u{202e}']),
            "{by}: {said:?}"
        );
        let file = fs::read(host.root().join("box")).ok();
        let is_wanted = words[0] == "download" && code == Some(0);
        assert_eq!(
            file.as_deref(),
            is_wanted.then_some(CONTENT),
            "{by}: {said}"
        );
        let mut left = names(&host.root());
        left.retain(|name| name != "template.json" && name != "box");
        if left.iter().any(|name| name == "checkpoint") {
            let checkpoint = fs::read_to_string(host.root().join("checkpoint")).unwrap();
            assert!(!checkpoint.contains(TOKEN), "{by}: {checkpoint}");
            left.retain(|name| !["checkpoint", "box.part"].contains(&name.as_str()));
        }
        assert!(left.is_empty(), "{by}: {left:?}: {said}");
        let requests = atlas.requests();
        Ended {
            by,
            code,
            said,
            requests,
        }
    };
    hosts::all().iter().map(by_one).collect()
}

/// Downloads, with one attempt.
#[track_caller]
fn download(search: Vec<u8>, file: Vec<u8>) -> Vec<Ended> {
    attempts("1", search, vec![file])
}

/// Downloads, with so many attempts; the last answer is given again and again.
#[track_caller]
fn attempts(attempts: &str, search: Vec<u8>, files: Vec<Vec<u8>>) -> Vec<Ended> {
    let words = ["download", SLUG, "--output", "box", "--attempts", attempts];
    run(&words, move |kind, nth| match kind {
        "GET search" => search.clone(),
        _ => files[(nth - 1).min(files.len() - 1)].clone(),
    })
}
