//! The tests that the hosts in other languages bring along.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use support::hosts;

#[test]
fn the_hosts_own_tests_pass() {
    for (name, mut tests) in hosts::own_tests() {
        let output = tests.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(output.status.success(), "{name}: {said}");
    }
}
