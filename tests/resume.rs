//! Killed at any moment, and run again: one version, complete.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::fs;
use std::io::Write;
use std::process::Command;
use std::thread;
use std::time::Instant;

use flate2::Compression;
use flate2::write::GzEncoder;
use rand::RngExt;
use serde_json::json;
use support::atlas::Atlas;
use support::describe::sha256;
use support::host::{Host, names, said};
use support::side_by_side;

/// How many publications are killed.
const PUBLICATIONS: usize = 50;
const FILE_SIZE: usize = 50_000_000;

/// A file that is uploaded as it is.
fn disk() -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::none());
    let mut content = vec![0; FILE_SIZE];
    rand::rng().fill(&mut content[..]);
    gzip.write_all(&content).unwrap();
    gzip.finish().unwrap()
}

fn host(name: &str, content: &[u8], is_packed: bool) -> Host {
    let host = Host::new("");
    host.template(&json!([{
        "type": "atlas", "artifact": format!("hashicorp/{name}"), "artifact_type": "disk.image",
        // Not the same in the two runs, and yet one version.
        "metadata": {"at": "{{timestamp}}", "id": "{{uuid}}"},
    }]));
    // What begins with a zero is no gzip file, and is packed.
    let file = [if is_packed { &[0][..] } else { &[] }, content].concat();
    host.write("disk", &file);
    host.artifact("packer.file", "File", &["disk"]);
    host
}

fn publish(host: &Host, atlas: &Atlas) -> Command {
    let mut command = host.publish(atlas);
    command.args(["--resume", "checkpoint", "--compression", "1"]);
    command
}

#[test]
fn killed_at_any_moment_one_version_is_made() {
    let atlas = Atlas::start();
    let content = disk();
    let started = Instant::now();
    let whole = publish(&host("whole", &content, false), &atlas).output();
    let whole = whole.unwrap();
    assert!(whole.status.success(), "{}", said(&whole));
    let longest = started.elapsed();
    let run = |number: usize| {
        let is_packed = number.is_multiple_of(5);
        let name = format!("k{number}");
        let host = host(&name, &content, is_packed);
        let mut publication = publish(&host, &atlas);
        let mut kills = 0;
        // Two run side by side, and packing takes its time.
        let within = longest * if is_packed { 8 } else { 2 };
        loop {
            let mut child = publication.spawn().unwrap();
            if kills < 2 {
                thread::sleep(within.mul_f64(rand::rng().random()));
                child.kill().unwrap();
                kills += 1;
            }
            let output = child.wait_with_output().unwrap();
            let said = said(&output);
            match output.status.code() {
                Some(0) => break,
                // Killed between its last act and its end: it had said that it is done.
                None if !output.stdout.is_empty() && !host.root().join("checkpoint").exists() => {
                    break;
                }
                // Killed.
                None => {}
                Some(_) => return Some(said),
            }
        }
        let listing = atlas.listing(&format!("hashicorp/{name}/disk.image"));
        let versions = listing["versions"].as_array().unwrap();
        if versions.len() != 1 || versions[0]["version"] != 1 || listing["incomplete"] != json!([])
        {
            return Some(format!("{name}: {listing}"));
        }
        if !is_packed && versions[0]["sha256"] != sha256(&content) {
            return Some(format!("{name}: it is another file"));
        }
        let mut left: Vec<_> = names(&host.root());
        left.sort();
        let wanted = ["artifact.json", "disk", "template.json"];
        (left != wanted).then(|| format!("{name}: {left:?}"))
    };
    let wrong = side_by_side(2, PUBLICATIONS, run);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_checkpoint_that_is_none_is_refused() {
    let atlas = Atlas::start();
    let host = host("none", b"x", true);
    host.write("checkpoint", b"something else");
    let output = publish(&host, &atlas).output().unwrap();
    let said = said(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("error[malformed-checkpoint]: not a checkpoint"),
        "{said}"
    );
    assert!(atlas.versions("hashicorp/none/disk.image").is_empty());
    let kept = fs::read_to_string(host.root().join("checkpoint")).unwrap();
    assert_eq!(kept, "something else");
}

#[test]
fn an_empty_file_and_a_missing_directory() {
    let atlas = Atlas::start();
    let host = host("empty", b"x", true);
    host.write("checkpoint", b"");
    let output = publish(&host, &atlas).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let mut nowhere = host.publish(&atlas);
    let output = nowhere.args(["--resume", "missing/checkpoint"]).output();
    let output = output.unwrap();
    let said = said(&output);
    // Nothing is begun that could not be gone on with.
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("error[unreadable-file]: missing/checkpoint"),
        "{said}"
    );
    assert_eq!(atlas.versions("hashicorp/empty/disk.image").len(), 1);
}

/// What failed for good is gone on with when its cause is gone.
#[test]
fn what_failed_is_finished_later() {
    let atlas = Atlas::start();
    let host = host("later", b"x", true);
    host.artifact("packer.file", "File", &["disk", "missing"]);
    let output = publish(&host, &atlas).output().unwrap();
    let said_first = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said_first}");
    assert!(said_first.ends_with("Run it again to go on from checkpoint.\n"));
    host.write("missing", b"y");
    let output = publish(&host, &atlas).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert!(!host.root().join("checkpoint").exists());
    assert_eq!(atlas.versions("hashicorp/later/disk.image").len(), 1);
}
