//! Atlas over TLS: whom the host trusts, and what it says of others.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::process::Output;

use support::atlas::Atlas;
use support::host::{Host, said};
use support::tls::SecureAtlas;

/// Publishes an AMI over TLS with these variables in the environment; `@DIR@` is the directory that
/// the server's certificate is in, as `ca/atlas.pem`.
fn publish(variables: &[(&str, &str)]) -> (Output, usize) {
    let atlas = Atlas::start();
    let secure = SecureAtlas::start(&atlas.url());
    let host = Host::new("aws.ami");
    host.artifact("mitchellh.amazonebs", "us-east-1:ami-1", &[]);
    host.write("ca/atlas.pem", secure.certificate().as_bytes());
    let mut command = host.publish(&atlas);
    command.env("ATLAS_ADDRESS", secure.url());
    for (name, value) in variables {
        let root = host.root();
        command.env(name, value.replace("@DIR@", root.to_str().unwrap()));
    }
    let output = command.output().unwrap();
    said(&output);
    (output, atlas.versions("hashicorp/foobar/aws.ami").len())
}

#[test]
fn a_certificate_that_is_named_is_trusted() {
    for variable in [
        ("ATLAS_CAFILE", "@DIR@/ca/atlas.pem"),
        ("ATLAS_CAPATH", "@DIR@/ca"),
        ("ATLAS_TLS_NOVERIFY", "1"),
    ] {
        let (output, versions) = publish(&[variable]);
        assert!(output.status.success(), "{variable:?}: {}", said(&output));
        assert_eq!(versions, 1);
    }
}

#[test]
fn any_other_is_refused_at_once() {
    let (output, versions) = publish(&[]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("error[transport]"), "{said}");
    assert!(said.contains("no secure connection: "), "{said}");
    assert!(!said.contains("trying again"), "{said}");
    assert_eq!(versions, 0);
}

#[test]
fn what_can_not_be_read_is_named() {
    let (output, _) = publish(&[("ATLAS_CAFILE", "@DIR@/ca/missing.pem")]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("ATLAS_CAFILE: "), "{said}");
}
