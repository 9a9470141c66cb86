//! Stopped by ctrl-c or SIGTERM: at once, with nothing left behind but the checkpoint.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use support::atlas::Atlas;
use support::fault_plan::{Fault, Plan};
use support::faults::FaultyAtlas;
use support::host::{Host, names, said};

/// A signal, and the status that shells have for who ends by it.
const SIGNALS: [(&str, i32); 2] = [("-INT", 130), ("-TERM", 143)];

/// Publishes a file of that size, gzip or not, while `fault` happens to its upload; stops it soon
/// after it has said a line that begins like this; then goes on, and has one version.
fn stop(size: u64, is_gzip: bool, fault: Fault, line: &str) {
    for (signal, status) in SIGNALS {
        let atlas = Atlas::start();
        let plan = Plan::new("PATCH binstore", 1, fault);
        let faulty = FaultyAtlas::start(&atlas.url(), plan);
        let host = Host::new("");
        host.template(&json!([{
            "type": "atlas", "artifact": "hashicorp/foobar", "artifact_type": "qemu.image",
            "atlas_url": faulty.url(),
        }]));
        host.write(
            "disk",
            if is_gzip {
                &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0]
            } else {
                &[]
            },
        );
        let disk = fs::File::options()
            .write(true)
            .open(host.root().join("disk"));
        disk.unwrap().set_len(size).unwrap();
        fs::create_dir(host.root().join("spool")).unwrap();
        host.artifact("packer.file", "VM", &["disk"]);
        let publish = || {
            let mut command = host.publish(&atlas);
            command.args(["--spool", "spool", "--resume", "checkpoint"]);
            command
        };

        let mut child = publish().spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        assert!(lines.any(|said| said.unwrap().starts_with(line)), "{line}");
        thread::sleep(Duration::from_millis(300));
        let id = child.id().to_string();
        let killed = Command::new("kill").args([signal, &id]).status();
        assert!(killed.unwrap().success());
        let stopped = Instant::now();
        assert_eq!(child.wait().unwrap().code(), Some(status), "{line}");
        let took = stopped.elapsed();
        assert!(took < Duration::from_secs(20), "{line}: {took:?}");
        assert!(names(&host.root().join("spool")).is_empty());
        let is_done = fault == Fault::SilenceAfter;
        let versions = atlas.versions("hashicorp/foobar/qemu.image");
        assert_eq!(versions.len(), usize::from(is_done));

        // What takes minutes is not waited for.
        if size < 1 << 30 {
            let output = publish().output().unwrap();
            assert!(output.status.success(), "{}", said(&output));
            let versions = atlas.versions("hashicorp/foobar/qemu.image");
            assert_eq!(versions.len(), 1);
            assert_eq!(versions[0]["version"], 1);
        } else {
            assert!(host.root().join("checkpoint").exists());
        }
    }
}

#[test]
fn while_packing() {
    stop(200 << 30, false, Fault::Stall, "pack ");
}

#[test]
fn while_uploading() {
    stop(200 << 20, true, Fault::Stall, "upload bytes 0 to ");
}

#[test]
fn while_waiting_for_the_answer() {
    stop(1 << 10, true, Fault::SilenceAfter, "upload the file");
}

#[test]
fn while_waiting_to_try_again() {
    stop(
        1 << 10,
        true,
        Fault::Status(429),
        "  the server answered 429",
    );
}
