//! Publishing with the real component, the real host and the real server.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::fs;
use std::io::Read;
use std::process::Command;

use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};
use serde_json::json;
use support::atlas::{Atlas, TOKEN};
use support::describe::sha256;
use support::host::{Host, receipt, said};

/// The members of an archive: name, permissions, content.
fn members(archive: &[u8]) -> Vec<(String, u32, Vec<u8>)> {
    let mut tar = Vec::new();
    // One gzip member, as every reader takes it.
    GzDecoder::new(archive).read_to_end(&mut tar).unwrap();
    let mut archive = tar::Archive::new(&tar[..]);
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        let name = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
        (name, entry.header().mode().unwrap(), content)
    });
    entries.collect()
}

fn member(name: &str, mode: u32, content: &[u8]) -> (String, u32, Vec<u8>) {
    (name.to_owned(), mode, content.to_owned())
}

#[test]
fn an_ami_is_found_by_who_searches() {
    let (atlas, host) = (Atlas::start(), Host::new("aws.ami"));
    host.artifact("mitchellh.amazonebs", "us-east-1:ami-1", &[]);
    let first = receipt(host.publish(&atlas).arg("-vv"));
    assert_eq!(first["slug"], "hashicorp/foobar/aws.ami/1");
    assert_eq!(first["url"], format!("{}/hashicorp/foobar", atlas.url()));
    let second = receipt(&mut host.publish(&atlas));
    assert_eq!(second["version"], 2);
    let versions = atlas.versions("hashicorp/foobar/aws.ami");
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[0]["id"], "us-east-1:ami-1");
    assert_eq!(versions[0]["metadata"]["region.us-east-1"], "ami-1");
}

#[test]
fn a_manifest_tells_the_artifact() {
    let (atlas, host) = (Atlas::start(), Host::new("aws.ami"));
    let manifest = json!({"last_run_uuid": "r", "builds": [{
        "name": "vm", "builder_type": "amazon-ebs", "build_time": 1, "files": null,
        "artifact_id": "eu-west-1:ami-2,us-east-1:ami-1", "packer_run_uuid": "r",
    }]});
    host.write("packer-manifest.json", manifest.to_string().as_bytes());
    let post_processor = json!({
        "type": "atlas", "artifact": "hashicorp/foobar", "artifact_type": "aws.ami",
    });
    let builder = json!({"type": "amazon-ebs", "name": "vm"});
    let template = json!({"builders": [builder], "post-processors": [post_processor]});
    host.write("template.json", template.to_string().as_bytes());
    let mut command = host.command("publish");
    command.args(["--manifest", "packer-manifest.json", "template.json"]);
    command
        .env("ATLAS_ADDRESS", atlas.url())
        .env("ATLAS_TOKEN", TOKEN);
    receipt(&mut command);
    let versions = atlas.versions("hashicorp/foobar/aws.ami");
    assert_eq!(versions[0]["metadata"]["region.eu-west-1"], "ami-2");
}

#[test]
fn a_gzip_file_is_sent_as_it_is() {
    let (atlas, host) = (Atlas::start(), Host::new("vmware.image"));
    let mut gzip = GzBuilder::new()
        .filename("disk")
        .read(&[7; 100_000][..], Compression::fast());
    let mut bytes = Vec::new();
    gzip.read_to_end(&mut bytes).unwrap();
    host.write("out/disk.gz", &bytes);
    host.artifact("packer.file", "File", &["out/disk.gz"]);
    let receipt = receipt(&mut host.publish(&atlas));
    assert_eq!(atlas.file("hashicorp/foobar/vmware.image/1"), bytes);
    assert_eq!(receipt["size"], bytes.len());
    assert_eq!(receipt["sha256"], sha256(&bytes));
}

#[cfg(unix)]
#[test]
fn a_directory_becomes_its_contents() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let (atlas, host) = (Atlas::start(), Host::new("qemu.image"));
    host.write("out/b.txt", b"b");
    host.write("out/run.sh", b"#!/bin/sh\n");
    host.write("out/sub/empty", b"");
    host.write("else/where.bin", &[9; 3_000_000]);
    let root = host.root();
    fs::set_permissions(root.join("out/run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(root.join("out/b.txt"), fs::Permissions::from_mode(0o600)).unwrap();
    for directory in ["out", "out/sub"] {
        fs::set_permissions(root.join(directory), fs::Permissions::from_mode(0o755)).unwrap();
    }
    symlink("b.txt", root.join("out/link.txt")).unwrap();
    host.artifact("packer.file", "VM", &["out"]);
    let receipt = receipt(&mut host.publish(&atlas));
    let archive = atlas.file("hashicorp/foobar/qemu.image/1");
    assert_eq!(receipt["sha256"], sha256(&archive));
    let wanted = [
        member("b.txt", 0o600, b"b"),
        member("link.txt", 0o600, b"b"),
        member("run.sh", 0o755, b"#!/bin/sh\n"),
        member("sub/", 0o755, b""),
        member("sub/empty", 0o644, b""),
    ];
    assert_eq!(members(&archive), wanted);
    // A listed link keeps its name among several; what it leads to lies in another directory.
    symlink("../else/where.bin", root.join("out/far.bin")).unwrap();
    host.artifact("packer.file", "VM", &["out/far.bin", "out/sub/empty"]);
    crate::receipt(&mut host.publish(&atlas));
    let archive = atlas.file("hashicorp/foobar/qemu.image/2");
    let wanted = [
        member("far.bin", 0o644, &[9; 3_000_000]),
        member("sub/", 0o755, b""),
        member("sub/empty", 0o644, b""),
    ];
    assert_eq!(members(&archive), wanted);
}

#[cfg(unix)]
#[test]
fn an_absolute_link_is_followed_if_it_is_the_artifact_and_named_if_it_is_in_one() {
    let (atlas, host) = (Atlas::start(), Host::new("qemu.image"));
    host.write("images/disk.img", b"disk");
    host.write("out/a", b"a");
    let root = host.root();
    std::os::unix::fs::symlink(root.join("images/disk.img"), root.join("out/link.img")).unwrap();
    host.artifact("packer.file", "VM", &["out/link.img"]);
    receipt(&mut host.publish(&atlas));
    let archive = atlas.file("hashicorp/foobar/qemu.image/1");
    assert_eq!(members(&archive), [member("disk.img", 0o644, b"disk")]);
    // WASI does not tell where an absolute link leads.
    host.artifact("packer.file", "VM", &["out"]);
    let said = refused(&host, 1, &[]);
    assert!(
        said.contains("out/link.img`") && said.contains("make it relative"),
        "{said}"
    );
}

#[test]
fn archives_are_the_same_bytes_every_time() {
    let (atlas, host) = (Atlas::start(), Host::new("qemu.image"));
    let noise: Vec<u8> = (0..9_000_000_u64)
        .map(|n| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58) as u8)
        .collect();
    host.write("out/disk", &noise);
    host.write("out/vm.xml", b"<vm/>");
    host.artifact("packer.file", "VM", &["out/disk", "out/vm.xml"]);
    let one = receipt(&mut host.publish(&atlas));
    let two = receipt(&mut host.publish(&atlas));
    assert_eq!(one["sha256"], two["sha256"]);
    let smallest = receipt(host.publish(&atlas).args(["--compression", "9"]));
    assert!(smallest["size"].as_u64() <= one["size"].as_u64());
    assert_eq!(
        members(&atlas.file("hashicorp/foobar/qemu.image/2"))[0].2,
        noise
    );
}

/// Names of thousands of members, empty, long and non-ASCII ones among them, as other programs read
/// them.
#[test]
fn every_tar_reads_the_archive() {
    let (atlas, host) = (Atlas::start(), Host::new("qemu.image"));
    let long = format!("{}/{}", "d".repeat(150), "f".repeat(150));
    let mut wanted: Vec<String> = (0..2000).map(|n| format!("many/{n:04}")).collect();
    wanted.extend(["empty", "größe/日本.img", &long].map(str::to_owned));
    for name in &wanted {
        host.write(
            &format!("out/{name}"),
            if name == "empty" {
                b""
            } else {
                name.as_bytes()
            },
        );
    }
    host.artifact("packer.file", "VM", &["out"]);
    receipt(&mut host.publish(&atlas));
    host.write(
        "archive.tar.gz",
        &atlas.file("hashicorp/foobar/qemu.image/1"),
    );
    wanted.sort();
    let python = "import tarfile; print(*tarfile.open('archive.tar.gz').getnames(), sep='\\n')";
    let tar = ["-tzf", "archive.tar.gz", "--quoting-style=literal"];
    for (program, arguments) in [
        ("tar", &tar[..]),
        ("bsdtar", &tar[..2]),
        ("python3", &["-c", python]),
    ] {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(host.root());
        command.env("LC_ALL", "C.UTF-8").env("PYTHONUTF8", "1");
        let Ok(output) = command.output() else {
            println!("{program} is not on this machine: skipped");
            continue;
        };
        assert!(output.status.success(), "{program}: {}", said(&output));
        let names = String::from_utf8(output.stdout).unwrap();
        let directories = ["many", "größe", &"d".repeat(150)].map(str::to_owned);
        let names = names
            .lines()
            .map(|name| name.trim_end_matches('/').to_owned());
        let mut files: Vec<_> = names.filter(|name| !directories.contains(name)).collect();
        files.sort();
        assert_eq!(files, wanted, "{program}");
    }
}

/// Publishes what can't be; what is said about it. No version is made.
fn refused(host: &Host, status: i32, arguments: &[&str]) -> String {
    let atlas = Atlas::start();
    let output = host.publish(&atlas).args(arguments).output().unwrap();
    let said = said(&output);
    assert_eq!(output.status.code(), Some(status), "{said}");
    assert!(atlas.versions("hashicorp/foobar/qemu.image").is_empty());
    said
}

#[test]
fn what_cant_be_packed_makes_no_version() {
    let host = Host::new("qemu.image");
    host.artifact("packer.file", "VM", &["out/missing.img"]);
    assert!(refused(&host, 1, &[]).contains("out/missing.img` does not exist"));
    host.write("out/a", b"a");
    host.artifact("packer.file", "VM", &["out/a", "out/missing.img"]);
    assert!(refused(&host, 1, &[]).contains("out/missing.img` does not exist"));
    host.artifact("packer.file", "VM", &["out/a"]);
    let said = refused(&host, 1, &["--spool", "nowhere"]);
    assert!(
        said.contains("the spool directory can't take the archive: it does not exist"),
        "{said}"
    );
    let said = refused(&host, 2, &["--compression", "10"]);
    assert!(said.contains("--compression"), "{said}");
}

#[cfg(unix)]
#[test]
fn special_files_are_named() {
    let host = Host::new("qemu.image");
    host.write("out/a", b"a");
    let made = Command::new("mkfifo")
        .arg(host.root().join("out/pipe"))
        .status();
    assert!(made.unwrap().success());
    host.artifact("packer.file", "VM", &["out"]);
    let said = refused(&host, 1, &[]);
    assert!(
        said.contains("out/pipe` is neither a file nor a directory"),
        "{said}"
    );
}

#[test]
fn a_sequence_hands_its_artifact_on() {
    let (atlas, host) = (Atlas::start(), Host::new(""));
    let atlas_of = |name: &str| json!({"type": "atlas", "artifact": name, "artifact_type": "x.y"});
    host.template(&json!([[
        atlas_of("hashicorp/one"),
        atlas_of("hashicorp/two")
    ]]));
    host.artifact("packer.file", "File", &[]);
    let output = host.publish(&atlas).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let versions = atlas.versions("hashicorp/two/x.y");
    assert_eq!(versions[0]["id"], "hashicorp/one/x.y/1");
}

#[test]
fn many_at_once_make_as_many_versions() {
    const PUBLISHERS: usize = 64;
    let (atlas, host) = (Atlas::start(), Host::new("qemu.image"));
    host.write("out/disk", b"the same");
    host.artifact("packer.file", "VM", &["out/disk"]);
    let publishers: Vec<_> = (0..PUBLISHERS)
        .map(|_| host.publish(&atlas).spawn().unwrap())
        .collect();
    for publisher in publishers {
        let output = publisher.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
    }
    let listing = atlas.listing("hashicorp/foobar/qemu.image");
    let versions = listing["versions"].as_array().unwrap();
    let numbers = versions.iter().map(|version| &version["version"]);
    let numbers: Vec<_> = numbers
        .map(|number| number.as_u64().unwrap() as usize)
        .collect();
    let wanted: Vec<_> = (1..=PUBLISHERS).rev().collect();
    assert_eq!(numbers, wanted);
    let first = &versions[0]["sha256"];
    assert!(first.is_string() && versions.iter().all(|version| version["sha256"] == *first));
    assert_eq!(listing["incomplete"], json!([]));
}
