//! Finding and downloading with the real component, the real host and the real server, after publishing
//! from a configuration that stands in no template.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::fs;
use std::net::TcpListener;
use std::process::{Command, Output};

use serde_json::{Value, json};
use support::atlas::{Atlas, TOKEN};
use support::describe::sha256;
use support::host::{Host, names, receipt, said};
use support::hosts;

/// A gzip file, by its beginning.
fn content(of: u8) -> Vec<u8> {
    [
        &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0][..],
        &vec![of; 3_000_000],
    ]
    .concat()
}

fn command(host: &Host, atlas: &Atlas, words: &[&str]) -> Command {
    let mut command = host.command(words[0]);
    command
        .args(&words[1..])
        .env("ATLAS_ADDRESS", atlas.url())
        .env("ATLAS_TOKEN", TOKEN);
    command
}

/// Three versions of hashicorp/foobar/qemu.image, with the metadata `os`.
fn published(host: &Host, atlas: &Atlas) {
    host.write(
        "config.json",
        br#"{"artifact": "hashicorp/other", "artifact_type": "qemu.image"}"#,
    );
    host.artifact("packer.file", "File", &["disk.gz"]);
    for (number, os) in (1..).zip(["bookworm", "trixie", "sid"]) {
        host.write("disk.gz", &content(number));
        let os = format!("metadata.os={os}");
        let words = [
            "publish",
            "--config",
            "config.json",
            "--set",
            "artifact=hashicorp/foobar",
            "--set",
            &os,
            "--artifact",
            "artifact.json",
        ];
        assert_eq!(
            receipt(&mut command(host, atlas, &words))["version"],
            number
        );
    }
}

/// Exit status, and the one line of the result.
fn line(output: &Output) -> (Option<i32>, String) {
    let line = String::from_utf8(output.stdout.clone()).unwrap();
    (output.status.code(), line.trim_end().to_owned())
}

#[test]
fn what_was_published_is_found() {
    let (atlas, host) = (Atlas::start(), Host::new(""));
    published(&host, &atlas);
    let slug = "hashicorp/foobar/qemu.image";
    let url = format!("{}/api/v1/artifacts/{slug}/3/file", atlas.url());
    for (words, wanted) in [
        (&[slug, "--field", "version"][..], "3"),
        (
            &[slug, "--version", "2", "--field", "metadata.os"],
            "trixie",
        ),
        (
            &[&format!("{slug}/1"), "--field", "slug"],
            &format!("{slug}/1"),
        ),
        (
            &[
                slug,
                "--version",
                "any",
                "--metadata",
                "os=bookworm",
                "--field",
                "version",
            ],
            "1",
        ),
        (
            &[
                slug,
                "--version",
                "any",
                "--metadata",
                "os",
                "--field",
                "version",
            ],
            "3",
        ),
        (&[slug, "--field", "size"], "3000010"),
        (&[slug, "--field", "sha256"], &sha256(&content(3))),
        (&[slug, "--field", "url"], &url),
    ] {
        let output = command(&host, &atlas, &[&["find"], words].concat())
            .output()
            .unwrap();
        assert_eq!(
            line(&output),
            (Some(0), wanted.to_owned()),
            "{words:?}: {}",
            said(&output)
        );
    }
    for (words, status, wanted) in [
        (
            &["hashicorp/nothing/qemu.image"][..],
            3,
            "error[nothing-found]",
        ),
        (
            &[slug, "--version", "7"],
            3,
            "the newest version is hashicorp/foobar/qemu.image/3",
        ),
        (
            &[slug, "--version", "any", "--metadata", "os=buster"],
            3,
            "a version of hashicorp/foobar/qemu.image with os=buster is not there",
        ),
        (
            &[slug, "--version", "production"],
            3,
            "the version of hashicorp/foobar/qemu.image that production is at is not there",
        ),
        (
            &[slug, "--field", "ami"],
            3,
            "it has no Amazon machine image",
        ),
        (&[slug, "--field", "sha"], 2, "there is no field `sha`"),
        (
            &["hashicorp/foobar", "--version", "0"],
            2,
            "2 errors; nothing was sent.",
        ),
    ] {
        let output = command(&host, &atlas, &[&["find"], words].concat())
            .output()
            .unwrap();
        assert_eq!(
            output.status.code(),
            Some(status),
            "{words:?}: {}",
            said(&output)
        );
        assert!(
            said(&output).contains(wanted),
            "{words:?}: {}",
            said(&output)
        );
    }
    // Without the environment, by the address that is given.
    let url = atlas.url();
    let mut find = host.command("find");
    find.args([slug, "--address", &url, "--json"])
        .env("ATLAS_TOKEN", TOKEN);
    let output = find.output().unwrap();
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["status"], "found", "{}", said(&output));
    assert_eq!(found["version"]["metadata"]["os"], "sid");
}

#[test]
fn an_image_is_found_by_its_region() {
    let (atlas, host) = (Atlas::start(), Host::new("aws.ami"));
    host.artifact(
        "mitchellh.amazonebs",
        "eu-west-1:ami-2,us-east-1:ami-1",
        &[],
    );
    receipt(&mut host.publish(&atlas));
    let words = [
        "find",
        "hashicorp/foobar/aws.ami",
        "--field",
        "ami",
        "--region",
        "eu-west-1",
    ];
    let output = command(&host, &atlas, &words).output().unwrap();
    assert_eq!(
        line(&output),
        (Some(0), "ami-2".to_owned()),
        "{}",
        said(&output)
    );
    let output = command(&host, &atlas, &["download", "hashicorp/foobar/aws.ami"]).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
}

#[test]
fn a_file_is_downloaded_as_it_was_published() {
    let (atlas, host) = (Atlas::start(), Host::new(""));
    published(&host, &atlas);
    let before = names(&host.root());
    for (words, output, number) in [
        (&["hashicorp/foobar/qemu.image"][..], "foobar.tar.gz", 3),
        (
            &["hashicorp/foobar/qemu.image/1", "--output", "one.img"],
            "one.img",
            1,
        ),
        // What is there is replaced.
        (
            &[
                "hashicorp/foobar/qemu.image",
                "--version",
                "2",
                "--output",
                "one.img",
            ],
            "one.img",
            2,
        ),
        (
            &[
                "hashicorp/foobar/qemu.image",
                "--version",
                "any",
                "--metadata",
                "os=trixie",
            ],
            "foobar.tar.gz",
            2,
        ),
        (
            &["hashicorp/foobar/qemu.image", "--resume", "checkpoint"],
            "foobar.tar.gz",
            3,
        ),
    ] {
        host.write(&format!("{output}.part"), b"from an earlier run");
        let words = [&["download", "--json"], words].concat();
        let done = command(&host, &atlas, &words).output().unwrap();
        assert!(done.status.success(), "{words:?}: {}", said(&done));
        let result: Value = serde_json::from_slice(&done.stdout).unwrap();
        let wanted =
            json!({"sha256": sha256(&content(number)), "size": 3_000_010, "verified": true});
        assert_eq!(
            (&result["status"], &result["download"]),
            (&json!("downloaded"), &wanted)
        );
        assert_eq!(result["version"]["version"], number);
        assert!(
            fs::read(host.root().join(output)).unwrap() == content(number),
            "{words:?}"
        );
        fs::remove_file(host.root().join(output)).unwrap();
        assert_eq!(
            names(&host.root()).len(),
            before.len(),
            "{:?}",
            names(&host.root())
        );
    }
}

#[test]
fn a_place_that_can_not_be_written_to_is_refused() {
    let (atlas, host) = (Atlas::start(), Host::new(""));
    host.write("out/x", b"");
    for (output, wanted) in [
        ("out", "out: it is a directory"),
        ("no/x", "no/x: it does not exist"),
    ] {
        let words = [
            "download",
            "hashicorp/foobar/qemu.image",
            "--output",
            output,
        ];
        let refused = command(&host, &atlas, &words).output().unwrap();
        assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
        assert!(said(&refused).contains(wanted), "{}", said(&refused));
    }
}

/// Nothing is asked of that address: the proxy, which is the way to it, takes no connections.
#[test]
fn whoever_finds_or_downloads_is_warned_that_a_token_can_be_read() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    // A runtime of WASI would go there without the proxy.
    for by in hosts::all().iter().filter(|host| host.name != "wasi") {
        for subcommand in ["find", "download"] {
            let host = Host::new("aws.ami");
            let mut command = host.command_of(by, subcommand);
            command
                .args(["hashicorp/foobar/aws.ami", "--attempts", "1"])
                .args(["--address", "http://atlas.example"])
                .env("ATLAS_TOKEN", TOKEN)
                .envs(["http_proxy", "HTTP_PROXY"].map(|name| (name, &proxy)));
            let output = command.output().unwrap();
            let said = said(&output);
            let warned = said.matches("warning[insecure-url]").count();
            assert_eq!(warned, 1, "{} {subcommand}: {said}", by.name);
            assert_eq!(output.status.code(), Some(1), "{}: {said}", by.name);
        }
    }
}
