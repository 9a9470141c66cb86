//! A real Vagrant and the boxes that are published in the real Atlas.
//!
//! Where Vagrant is not installed the tests are left out, with a word about that; where `CI` is set in the
//! environment that is a failure.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "vagrant/bad_line.rs"]
mod bad_line;
#[path = "vagrant/installation.rs"]
mod installation;
#[path = "vagrant/private.rs"]
mod private;
mod support;
#[path = "vagrant/vagrantfile.rs"]
mod vagrantfile;

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use installation::Vagrant;
use serde_json::json;
use support::atlas::Atlas;
use support::host::{Host, receipt};

/// What all tests publish.
const BOX: &str = "hashicorp/foobar";

/// A box with a disk of these bytes, as Packer's `vagrant` post-processor packs it.
fn packed(provider: &str, disk: &[u8]) -> Vec<u8> {
    let gzip = GzEncoder::new(Vec::new(), Compression::none());
    let mut tar = tar::Builder::new(gzip);
    let metadata = json!({ "provider": provider }).to_string();
    for (name, content) in [("metadata.json", metadata.as_bytes()), ("disk", disk)] {
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o644);
        header.set_size(content.len() as u64);
        tar.append_data(&mut header, name, content).unwrap();
    }
    let mut gzip = tar.into_inner().unwrap();
    gzip.flush().unwrap();
    gzip.finish().unwrap()
}

/// Publishes a box of this version. Nobody says the provider: the component finds it.
fn publish(atlas: &Atlas, provider: &str, version: &str, disk: &[u8]) {
    let host = Host::new("vagrant.box");
    host.template(&json!([{
        "type": "atlas",
        "artifact": BOX,
        "artifact_type": "vagrant.box",
        "metadata": {"version": version, "description": "A *box*"},
    }]));
    host.write("package.box", &packed(provider, disk));
    host.artifact(
        "mitchellh.post-processor.vagrant",
        provider,
        &["package.box"],
    );
    receipt(&mut host.publish(atlas));
}

/// An Atlas with that box, for everybody.
fn public_atlas(provider: &str, version: &str, disk: &[u8]) -> Atlas {
    let atlas = Atlas::start();
    publish(&atlas, provider, version, disk);
    atlas.make_public(BOX);
    atlas
}

fn url(server: &str) -> String {
    format!("{server}/{BOX}")
}

#[test]
fn a_box_is_added_by_its_url_and_found_outdated() {
    let Some(vagrant) = Vagrant::find() else {
        return;
    };
    let atlas = public_atlas("libvirt", "1.9.0", b"old");
    publish(&atlas, "libvirt", "1.10.0", b"new");
    let url = url(&atlas.url());

    vagrant.succeeds(&["box", "add", &url]);
    assert_eq!(vagrant.disk("1.10.0", "libvirt"), b"new");
    vagrant.succeeds(&["box", "add", &url, "--box-version", "1.9.0"]);
    assert_eq!(vagrant.disk("1.9.0", "libvirt"), b"old");
    let told = vagrant.fails(&["box", "add", &url, "--box-version", "3.0.0"]);
    assert!(told.contains("1.9.0, 1.10.0"), "{told}");
    vagrant.succeeds(&["box", "remove", BOX, "--box-version", "1.9.0"]);

    let told = vagrant.succeeds(&["box", "outdated", "--global"]);
    assert!(told.contains("up to date"), "{told}");
    publish(&atlas, "libvirt", "1.11.0", b"newer");
    let told = vagrant.succeeds(&["box", "outdated", "--global"]);
    assert!(
        told.contains("is outdated! Current: 1.10.0. Latest: 1.11.0"),
        "{told}"
    );
}

#[test]
fn providers_of_one_version_are_chosen_from() {
    let Some(vagrant) = Vagrant::find() else {
        return;
    };
    let atlas = public_atlas("libvirt", "1.0.0", b"for libvirt");
    publish(&atlas, "virtualbox", "1.0.0", b"for virtualbox");
    let url = url(&atlas.url());
    for (provider, disk) in [("virtualbox", "for virtualbox"), ("libvirt", "for libvirt")] {
        vagrant.succeeds(&["box", "add", &url, "--provider", provider]);
        assert_eq!(vagrant.disk("1.0.0", provider), disk.as_bytes());
    }
    let told = vagrant.fails(&["box", "add", &url, "--provider", "hyperv"]);
    assert!(told.contains("hyperv"), "{told}");
    assert_eq!(vagrant.boxes().len(), 2);
}
