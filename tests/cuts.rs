//! Bytes survive a bad line: uploads and downloads go on where they were cut, by every host, after a kill,
//! and by another host.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use rand::RngExt;
use serde_json::json;
use support::atlas::{Atlas, TOKEN};
use support::cutting_proxy::{CuttingProxy, Faults};
use support::describe::sha256;
use support::host::{Host, names, said};
use support::hosts::{self, CommandHost};

const SIZE: usize = 50_000_000;
const CUTS: usize = 10;
const ARTIFACT: &str = "hashicorp/foobar/disk.image";

/// A file that is uploaded as it is.
fn disk() -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::none());
    let mut content = vec![0; SIZE];
    rand::rng().fill(&mut content[..]);
    gzip.write_all(&content).unwrap();
    gzip.finish().unwrap()
}

fn host(content: &[u8]) -> Host {
    let host = Host::new("disk.image");
    host.write("disk", content);
    host.artifact("packer.file", "File", &["disk"]);
    host
}

/// Random places between the first and the last tenth.
fn places() -> Faults {
    let tenth = SIZE as u64 / 10;
    let cuts = (0..CUTS).map(|_| rand::rng().random_range(tenth..9 * tenth));
    Faults {
        cuts: cuts.collect(),
        flipped: None,
    }
}

fn address(atlas: &Atlas) -> SocketAddr {
    atlas
        .url()
        .strip_prefix("http://")
        .unwrap()
        .parse()
        .unwrap()
}

fn publish(host: &Host, by: &CommandHost, url: &str) -> Command {
    let mut command = host.command_of(by, "publish");
    command
        .args(["--artifact", "artifact.json", "--resume", "checkpoint"])
        .arg("template.json")
        .env("ATLAS_ADDRESS", url)
        .env("ATLAS_TOKEN", TOKEN);
    command
}

fn download(host: &Host, by: &CommandHost, url: &str) -> Command {
    let mut command = host.command_of(by, "download");
    command
        .args([ARTIFACT, "--output", "got"])
        .env("ATLAS_ADDRESS", url)
        .env("ATLAS_TOKEN", TOKEN);
    command
}

/// Runs it until so many bytes have come through, and kills it.
fn killed(command: &mut Command, bytes: u64, so_far: impl Fn() -> u64) {
    let mut child: Child = command.spawn().unwrap();
    let patience = Instant::now() + Duration::from_secs(120);
    while so_far() < bytes && Instant::now() < patience {
        thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), None, "{}", said(&output));
}

fn succeeds(command: &mut Command, by: &CommandHost) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}: {}", by.name, said(&output));
}

/// An Atlas where that file is published.
fn atlas_with(content: &[u8]) -> Atlas {
    let atlas = Atlas::start();
    let rust = &hosts::all()[0];
    succeeds(&mut publish(&host(content), rust, &atlas.url()), rust);
    atlas
}

/// One version with that file, and no more sent than a tenth beyond it.
fn is_published(atlas: &Atlas, proxy: &CuttingProxy, content: &[u8], by: &str) {
    let listing = atlas.listing(ARTIFACT);
    assert_eq!(
        listing["versions"].as_array().unwrap().len(),
        1,
        "{by}: {listing}"
    );
    assert_eq!(listing["incomplete"], json!([]), "{by}");
    assert_eq!(listing["versions"][0]["sha256"], sha256(content), "{by}");
    let most = content.len() as u64 * 11 / 10;
    assert!(
        proxy.sent() <= most,
        "{by}: {} bytes were sent",
        proxy.sent()
    );
}

#[test]
fn uploads_go_on_where_they_were_cut() {
    let content = disk();
    for by in hosts::all() {
        let atlas = Atlas::start();
        let proxy = CuttingProxy::start(address(&atlas), places(), Faults::default());
        let host = host(&content);
        succeeds(&mut publish(&host, by, proxy.url()), by);
        assert_eq!(proxy.cuts_left(), 0, "{}", by.name);
        is_published(&atlas, &proxy, &content, by.name);
    }
}

#[test]
fn another_host_goes_on_with_the_same_checkpoint() {
    let content = disk();
    let all = hosts::all();
    for (first, second) in all.iter().zip(all.iter().cycle().skip(1)) {
        let atlas = Atlas::start();
        let proxy = CuttingProxy::start(address(&atlas), Faults::default(), Faults::default());
        let host = host(&content);
        let mut begun = publish(&host, first, proxy.url());
        killed(&mut begun, SIZE as u64 / 2, || proxy.sent());
        succeeds(&mut publish(&host, second, proxy.url()), second);
        let by = format!("{}, then {}", first.name, second.name);
        is_published(&atlas, &proxy, &content, &by);
        assert!(!host.root().join("checkpoint").exists(), "{by}");
    }
}

#[test]
fn a_server_that_is_killed_has_kept_what_came() {
    let content = disk();
    let host = host(&content);
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = port.local_addr().unwrap();
    drop(port);
    let serve = || {
        let mut serve = host.command("serve");
        let listen = address.to_string();
        serve.args(["--data", "data", "--listen", &listen]);
        serve.spawn().unwrap()
    };
    let mut server = serve();
    let told = BufReader::new(server.stdout.take().unwrap()).lines();
    let mut told = told.map_while(Result::ok);
    let token = told.find_map(|line| Some(line.split_once("once: ")?.1.to_owned()));
    let proxy = CuttingProxy::start(address, Faults::default(), Faults::default());
    let mut publishing = publish(&host, &hosts::all()[0], proxy.url());
    publishing.env("ATLAS_TOKEN", token.unwrap());
    let publishing = publishing.spawn().unwrap();
    let patience = Instant::now() + Duration::from_secs(120);
    while proxy.sent() < SIZE as u64 / 2 && Instant::now() < patience {
        thread::sleep(Duration::from_millis(1));
    }
    server.kill().unwrap();
    server.wait().unwrap();
    // What has not been read from the system's buffers went with the process: megabytes, on a slow machine.
    let (sent, kept) = (proxy.sent(), largest_file(&host.root().join("data/blobs")));
    let mut server = serve();
    let output = publishing.wait_with_output().unwrap();
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert!(kept > SIZE as u64 / 4, "{kept} bytes of {sent} were kept");
    let again = proxy.sent() - sent;
    let most = (SIZE as u64 - kept) + SIZE as u64 / 20;
    assert!(
        again <= most,
        "{kept} bytes were kept, {again} sent after that"
    );
}

fn largest_file(directory: &Path) -> u64 {
    let files = fs::read_dir(directory).unwrap();
    let sizes = files.map(|file| file.unwrap().metadata().unwrap().len());
    sizes.max().unwrap_or_default()
}

#[test]
fn downloads_go_on_where_they_were_cut() {
    let content = disk();
    let atlas = atlas_with(&content);
    for by in hosts::all() {
        let proxy = CuttingProxy::start(address(&atlas), Faults::default(), places());
        let host = Host::new("");
        succeeds(&mut download(&host, by, proxy.url()), by);
        assert_eq!(proxy.cuts_left(), 0, "{}", by.name);
        assert!(
            fs::read(host.root().join("got")).unwrap() == content,
            "{}",
            by.name
        );
        let most = SIZE as u64 * 21 / 20;
        assert!(
            proxy.received() <= most,
            "{}: {}",
            by.name,
            proxy.received()
        );
        assert!(!host.root().join("got.part").exists(), "{}", by.name);
    }
    // Killed, and gone on with by another.
    let all = hosts::all();
    for (first, second) in all.iter().zip(all.iter().cycle().skip(1)) {
        let proxy = CuttingProxy::start(address(&atlas), Faults::default(), Faults::default());
        let host = Host::new("");
        let begin = |by| {
            let mut command = download(&host, by, proxy.url());
            command.args(["--resume", "checkpoint"]);
            command
        };
        killed(&mut begin(first), SIZE as u64 / 2, || proxy.received());
        assert!(!host.root().join("got").exists());
        succeeds(&mut begin(second), second);
        assert!(
            fs::read(host.root().join("got")).unwrap() == content,
            "{}",
            second.name
        );
        let by = format!("{}, then {}", first.name, second.name);
        assert!(
            proxy.received() <= SIZE as u64 * 5 / 4,
            "{by}: {}",
            proxy.received()
        );
        let mut left = names(&host.root());
        left.sort();
        // Who knows no locks does not clear those of the dead away.
        left.retain(|name| second.locks || !name.ends_with(".lock"));
        assert_eq!(left, ["got", "template.json"], "{by}");
    }
}

#[test]
fn a_flipped_byte_is_found_and_nothing_is_left() {
    let content = disk();
    let atlas = atlas_with(&content);
    for by in hosts::all() {
        let flipped = Faults {
            cuts: Vec::new(),
            flipped: Some(SIZE as u64 / 2),
        };
        let proxy = CuttingProxy::start(address(&atlas), Faults::default(), flipped);
        let host = Host::new("");
        let output = download(&host, by, proxy.url()).output().unwrap();
        let said = said(&output);
        assert_eq!(output.status.code(), Some(1), "{}: {said}", by.name);
        assert!(said.contains("error[file-differs]"), "{}: {said}", by.name);
        assert_eq!(names(&host.root()), ["template.json"], "{}", by.name);
    }
}
