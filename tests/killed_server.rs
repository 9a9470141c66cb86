//! A server that is killed while many publish: what it has acknowledged is there, and there once.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rand::RngExt;
use serde_json::{Value, json};
use support::atlas::{Atlas, TOKEN};
use support::describe::sha256;
use support::host::{Host, said};
use support::serve::Serve;

const PUBLISHERS: usize = 16;

/// How many versions each publishes, one after the other.
const EACH: usize = 2;

/// How often the server is killed.
const KILLS: usize = 5;

/// How often a publication is gone on with; each time the component itself has tried again before.
const RUNS: usize = 20;

/// How long the publishers are waited for.
const PATIENCE: Duration = Duration::from_secs(300);

/// What the file of a version holds: it begins as gzip does, and so is sent as it is.
fn content(id: &str) -> Vec<u8> {
    let gzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0];
    [&gzip[..], id.repeat(50_000).as_bytes()].concat()
}

fn has_file(id: &str) -> bool {
    id.starts_with("file")
}

/// Publishes one version until that is acknowledged: its receipt.
fn publish(url: &str, id: &str) -> Value {
    let host = Host::new("t");
    if has_file(id) {
        host.write("disk.gz", &content(id));
        host.artifact("packer.file", id, &["disk.gz"]);
    } else {
        host.artifact("mitchellh.amazonebs", id, &[]);
    }
    let mut failure = String::new();
    for _ in 0..RUNS {
        let mut command = host.command("publish");
        command.args(["--json", "--resume", "checkpoint"]);
        command.args(["--artifact", "artifact.json", "template.json"]);
        command.env("ATLAS_ADDRESS", url).env("ATLAS_TOKEN", TOKEN);
        let output = command.output().unwrap();
        failure = said(&output);
        if output.status.success() {
            let result: Value = serde_json::from_slice(&output.stdout).unwrap();
            return result["receipts"][0].clone();
        }
    }
    panic!("{id} is not published: {failure}");
}

/// Kills the server each time that some more is acknowledged, and starts it again.
fn kill(mut server: Serve, data: &Path, acknowledged: &AtomicUsize) -> Serve {
    let start = Instant::now();
    for kill in 1..=KILLS {
        let enough = kill * PUBLISHERS * EACH / (KILLS + 1);
        while acknowledged.load(Ordering::SeqCst) < enough {
            assert!(start.elapsed() < PATIENCE, "nothing is published any more");
            thread::sleep(Duration::from_millis(1));
        }
        // At any point of the requests that are under way.
        thread::sleep(Duration::from_millis(rand::rng().random_range(0..50)));
        let address = server.address();
        drop(server);
        server = Serve::start_at(data, address);
    }
    server
}

#[test]
fn what_a_killed_server_has_acknowledged_is_there_and_there_once() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    // From here on the token is accepted.
    drop(Atlas::on(&data));
    let server = Serve::start(&data);
    let (url, acknowledged) = (server.url().to_owned(), AtomicUsize::new(0));
    let publish_each = |publisher: usize| {
        let publications = (0..EACH).map(|index| {
            let kind = ["file", "us-east-1:ami"][(publisher + index) % 2];
            let id = format!("{kind}-{publisher}-{index}");
            let receipt = publish(&url, &id);
            acknowledged.fetch_add(1, Ordering::SeqCst);
            (id, receipt)
        });
        publications.collect::<Vec<_>>()
    };
    let receipts: BTreeMap<_, _> = thread::scope(|scope| {
        let publish_each = &publish_each;
        let publishers = (0..PUBLISHERS).map(|index| scope.spawn(move || publish_each(index)));
        let publishers: Vec<_> = publishers.collect();
        let server = kill(server, &data, &acknowledged);
        let receipts = publishers.into_iter().flat_map(|all| all.join().unwrap());
        let receipts = receipts.collect();
        drop(server);
        receipts
    });

    let atlas = Atlas::on(&data);
    let listing = atlas.listing("hashicorp/foobar/t");
    assert_eq!(listing["incomplete"], json!([]));
    let versions = listing["versions"].as_array().unwrap();
    assert_eq!(versions.len(), PUBLISHERS * EACH);
    for version in versions {
        let id = version["id"].as_str().unwrap();
        let receipt = &receipts[id];
        assert_eq!(version["version"], receipt["version"], "{id}");
        if has_file(id) {
            let digest = sha256(&content(id));
            assert_eq!(version["sha256"], digest, "{id}");
            assert_eq!(receipt["sha256"], digest, "{id}");
            let file = atlas.file(&format!("hashicorp/foobar/t/{}", version["version"]));
            assert_eq!(sha256(&file), digest, "{id}");
        }
    }
}
