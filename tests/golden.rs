//! The golden cases: what every host sends is what the original client sent.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::fs;
use std::path::Path;

use support::golden::{self, Case, Order, Played};
use support::hosts::{self, CommandHost};
use support::side_by_side;

#[test]
fn every_case_is_alike_in_every_host() {
    let cases = golden::cases(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests"));
    for host in hosts::all() {
        let faults = side_by_side(4, cases.len(), |number| {
            let case = &cases[number];
            let found = check(host, case);
            (!found.is_empty())
                .then(|| format!("{} {}: {}", host.name, case.name, found.join("; ")))
        });
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

/// Plays a case with a host. All that is not as it should be.
fn check(host: &CommandHost, case: &Case) -> Vec<String> {
    let directory = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(directory.path()).unwrap();
    case.check(&root, Order::AsSent, |variables, set_environment| {
        let mut command = host.command("publish");
        set_environment(&mut command);
        for (name, value) in variables {
            command.arg("--var").arg(format!("{name}={value}"));
        }
        let output = command
            .arg("--artifact")
            .args([root.join("artifact.json"), root.join("template.json")])
            .current_dir(&root)
            .output()
            .unwrap();
        Played {
            ok: output.status.success(),
            output: String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(),
        }
    })
}
