//! The plugin in a real Packer (1.5 or 1.6, which Debian has as `packer`), against a real Atlas.
//!
//! Where there is no such Packer the tests are ignored, except if `CI` is `true`: then one fails.
//! Packer runs this very program as the builder `stub`, see [`stub_builder`].

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod golden;
mod hcl;
mod interrupt;
mod stub_builder;
mod support;
mod template;
mod workshop;

use std::env;
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    if stub_builder::is_called() {
        return stub_builder::run();
    }
    let packer = find_packer();
    let ci = env::var("CI").is_ok_and(|value| value == "true");
    let mut trials = vec![Trial::test("packer_is_there", {
        let packer = packer.clone();
        move || packer.map_err(Failed::from)
    })];
    if let (Err(reason), false) = (&packer, ci) {
        eprintln!("{reason}; the tests that need it are ignored");
        trials = trials
            .into_iter()
            .map(|trial| trial.with_ignored_flag(true))
            .collect();
    }
    let tests: [(&str, fn()); 9] = [
        ("documented_template", template::documented_template),
        ("files_come_back", template::files_come_back),
        ("only_what_is_asked_for", template::only_what_is_asked_for),
        ("three_builds_at_once", template::three_builds_at_once),
        ("sequence_after_manifest", template::sequence_after_manifest),
        ("validate", template::validate),
        ("hcl_documented_template", hcl::documented_template),
        ("hcl_validate", hcl::validate),
        ("interrupted_upload", interrupt::interrupted_upload),
    ];
    trials.extend(tests.map(|(name, test)| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
        .with_ignored_flag(packer.is_err())
    }));
    trials.extend(golden::cases().into_iter().map(|case| {
        Trial::test(format!("golden::{}", case.name), move || {
            golden::check(&case).map_err(Failed::from)
        })
        .with_ignored_flag(packer.is_err())
    }));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// Whether there is a Packer that starts a post-processor as a program of its own, with this protocol.
fn find_packer() -> Result<(), String> {
    let install = "install one: `apt-get install packer` on Debian 12";
    let output = Command::new("packer")
        .arg("version")
        .env("CHECKPOINT_DISABLE", "1")
        .output()
        .map_err(|error| format!("Packer can't be run ({error}); {install}"))?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if version.contains("v1.5.") || version.contains("v1.6.") {
        Ok(())
    } else {
        Err(format!("`{version}` is not Packer 1.5 or 1.6; {install}"))
    }
}
