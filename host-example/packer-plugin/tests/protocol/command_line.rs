//! What Packer and people ask of the program.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::Stdio;

use go_plugin::MAGIC_COOKIE_VALUE;
use packer_plugin_atlas::protocol::handshake::PACKER;
use serde_json::{Value, json};

use super::packer::command;

/// What `packer plugins install --path` and every start of Packer read.
#[test]
fn describe() {
    let output = command(&["describe"]).output().unwrap();
    assert!(output.status.success());
    let description: Value = serde_json::from_slice(&output.stdout).unwrap();
    let wanted = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "sdk_version": "0.6.10",
        "api_version": "x5.0",
        "builders": [],
        "post_processors": ["-packer-default-plugin-name-"],
        "provisioners": [],
        "datasources": [],
        "protocol_version": "v2",
    });
    assert_eq!(description, wanted);
}

#[test]
fn people_are_told_that_it_is_a_plugin() {
    for arguments in [&[][..], &["start", "post-processor", "atlas"], &["--help"]] {
        let output = command(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty());
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains("This is a plugin for Packer"), "{text}");
    }
}

/// A name that `describe` has not told.
#[test]
fn what_it_does_not_have_is_refused() {
    let output = command(&["start", "builder", "atlas"])
        .env(PACKER.magic_cookie, MAGIC_COOKIE_VALUE)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("no builder `atlas`"), "{text}");
}

/// Packer up to 1.6 splits the line into three parts, and looks at the first: "4" up to 1.4, then "5".
#[test]
fn older_packers_are_told_the_address_in_their_way() {
    for (name, wanted) in [
        ("/p/packer-post-processor-atlas", "5|unix|/"),
        ("/p/packer-post-processor-atlas.v4", "4|unix|/"),
    ] {
        let mut process = command(&[])
            .arg0(name)
            .env(PACKER.magic_cookie, MAGIC_COOKIE_VALUE)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        process.kill().unwrap();
        process.wait().unwrap();
        assert!(line.starts_with(wanted), "{line}");
        let socket = line.trim().rsplit('|').next().unwrap();
        std::fs::remove_file(socket).unwrap();
    }
}
