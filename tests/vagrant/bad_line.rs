//! Boxes that come through a bad line.

use std::net::SocketAddr;

use rand::RngExt;

use super::installation::Vagrant;
use super::support::atlas::Atlas;
use super::support::cutting_proxy::{CuttingProxy, Faults};
use super::{public_atlas, url};

const SIZE: u64 = 20_000_000;

fn disk() -> Vec<u8> {
    let mut disk = vec![0; SIZE as usize];
    rand::rng().fill(&mut disk[..]);
    disk
}

/// A proxy on the way to clients.
fn proxy(atlas: &Atlas, faults: Faults) -> CuttingProxy {
    let url = atlas.url();
    let address: SocketAddr = url.strip_prefix("http://").unwrap().parse().unwrap();
    CuttingProxy::start(address, Faults::default(), faults)
}

#[test]
fn a_cut_download_goes_on() {
    let Some(vagrant) = Vagrant::find() else {
        return;
    };
    let disk = disk();
    let atlas = public_atlas("libvirt", "1.0.0", &disk);
    let cut = Faults {
        cuts: vec![SIZE / 2],
        flipped: None,
    };
    let proxy = proxy(&atlas, cut);
    let url = url(proxy.url());
    vagrant.fails(&["box", "add", &url]);
    assert_eq!(proxy.cuts_left(), 0);
    assert!(vagrant.boxes().is_empty());

    vagrant.succeeds(&["box", "add", &url]);
    assert!(vagrant.disk("1.0.0", "libvirt") == disk);
    let received = proxy.received();
    assert!(received < SIZE * 11 / 10, "{received} bytes came");
}

#[test]
fn a_box_with_a_wrong_checksum_is_refused() {
    let Some(vagrant) = Vagrant::find() else {
        return;
    };
    let disk = disk();
    let atlas = public_atlas("libvirt", "1.0.0", &disk);
    let flipped = Faults {
        cuts: Vec::new(),
        flipped: Some(SIZE / 2),
    };
    let proxy = proxy(&atlas, flipped);
    let url = url(proxy.url());
    let told = vagrant.fails(&["box", "add", &url]);
    assert!(told.contains("checksum"), "{told}");
    assert!(vagrant.boxes().is_empty());

    // The next one is the right one: nothing of the wrong one is gone on with.
    vagrant.succeeds(&["box", "add", &url]);
    assert!(vagrant.disk("1.0.0", "libvirt") == disk);
}
