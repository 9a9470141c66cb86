//! All hosts: the tests that those in other languages bring along, and what none may keep to itself.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::net::TcpListener;

use support::atlas::TOKEN;
use support::host::{Host, said};
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

/// Nothing is asked of that address: the proxy, which is the way to it, takes no connections.
#[test]
fn whoever_finds_or_downloads_is_warned_that_a_token_can_be_read() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    // A runtime of WASI would go there without the proxy.
    for by in hosts::all().iter().filter(|host| host.name != "wasi") {
        for subcommand in ["find", "download"] {
            let host = Host::new("aws.ami");
            let mut command = host.command_of(by, subcommand);
            command
                .args(["hashicorp/foobar/aws.ami", "--attempts", "1"])
                .args(["--address", "http://atlas.example"])
                .env("ATLAS_TOKEN", TOKEN)
                .envs(["http_proxy", "HTTP_PROXY"].map(|name| (name, &proxy)));
            let output = command.output().unwrap();
            let said = said(&output);
            let warned = said.matches("warning[insecure-url]").count();
            assert_eq!(warned, 1, "{} {subcommand}: {said}", by.name);
            assert_eq!(output.status.code(), Some(1), "{}: {said}", by.name);
        }
    }
}
