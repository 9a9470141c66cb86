//! The command line without a server: what it refuses, and how it says so.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop at the first surprise, too"
)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const RECORD: &str = r#"{"builder-id": "mitchellh.amazonebs", "id": "us-east-1:ami-1"}"#;

fn host(directory: &Path, arguments: &[&str], input: &str) -> Output {
    let mut host = Command::new(env!("CARGO_BIN_EXE_atlas-host"))
        .args(arguments)
        .current_dir(directory)
        .env_remove("ATLAS_TOKEN")
        .env_remove("ATLAS_ADDRESS")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    host.stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    host.wait_with_output().unwrap()
}

fn template(post_processor: &str) -> String {
    format!(
        r#"{{
  "variables": {{ "my_token": "" }},
  "builders": [{{ "type": "amazon-ebs" }}],
  "post-processors": [{post_processor}]
}}"#
    )
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_right_template_is_valid() {
    let directory = tempfile::tempdir().unwrap();
    let text = template(
        r#"{"type": "atlas", "artifact": "a/b", "artifact_type": "aws.ami", "token": "{{user `my_token`}}"}"#,
    );
    let arguments = ["validate", "--json", "--var", "my_token=abcdef", "-"];
    let output = host(directory.path(), &arguments, &text);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(json(&output)["status"], "valid");
}

#[test]
fn a_wrong_template_is_shown_without_its_token() {
    let directory = tempfile::tempdir().unwrap();
    let text = template(
        r#"{"type": "atlas", "artefact": "a/b", "artifact_type": "aws.ami", "token": "hush-hush"}"#,
    );
    fs::write(directory.path().join("t.json"), text).unwrap();
    let output = host(directory.path(), &["validate", "--json", "t.json"], "");
    assert_eq!(output.status.code(), Some(2));
    let shown = stderr(&output);
    assert!(shown.contains("--> t.json:4:"), "{shown}");
    assert!(shown.contains(r#""token": "*********""#), "{shown}");
    assert!(!shown.contains("hush-hush"), "{shown}");
    let result = json(&output);
    assert_eq!(result["status"], "refused");
    let diagnostic = &result["diagnostics"][0];
    assert_eq!(diagnostic["severity"], "error");
    assert_eq!(diagnostic["file"], "t.json");
    assert_eq!(diagnostic["position"]["line"], 4);
}

#[test]
fn template_and_artifact_are_checked_at_once() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), "{}").unwrap();
    let arguments = ["publish", "--json", "--artifact", "a.json", "-"];
    let output = host(directory.path(), &arguments, "{");
    assert_eq!(output.status.code(), Some(2));
    let result = json(&output);
    let files = result["diagnostics"].as_array().unwrap().iter();
    let mut files: Vec<_> = files.map(|d| d["file"].as_str().unwrap()).collect();
    files.dedup();
    assert_eq!(files, ["<stdin>", "a.json"]);
}

#[test]
fn a_build_without_atlas_publishes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.json"), RECORD).unwrap();
    let arguments = ["publish", "--json", "--artifact", "a.json", "-"];
    let output = host(directory.path(), &arguments, &template(r#""vagrant""#));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let result = json(&output);
    assert_eq!(result["status"], "published");
    assert_eq!(result["receipts"], Value::Array(Vec::new()));
    assert!(stderr(&output).contains("nothing to publish"));
}

#[test]
fn files_that_can_not_be_read_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let output = host(
        directory.path(),
        &["validate", "--json", "missing.json"],
        "",
    );
    assert_eq!(output.status.code(), Some(2));
    let result = json(&output);
    assert_eq!(result["diagnostics"][0]["code"], "unreadable-file");
    assert_eq!(result["diagnostics"][0]["file"], "missing.json");

    fs::write(directory.path().join("v.json"), r#"{"a": 1}"#).unwrap();
    let arguments = ["validate", "--json", "--var-file", "v.json", "-"];
    let output = host(directory.path(), &arguments, "{}");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(json(&output)["diagnostics"][0]["code"], "wrong-type");
}

#[test]
fn wrong_usage_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    for arguments in [
        &["publish", "t.json"][..],
        &["validate"],
        &["nonsense"],
        &[],
    ] {
        let output = host(directory.path(), arguments, "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn a_component_that_is_none_can_not_publish() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("c.wasm"), "nothing").unwrap();
    let arguments = ["validate", "--json", "--component", "c.wasm", "-"];
    let output = host(directory.path(), &arguments, "{}");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(json(&output)["error"]["code"], "component-failed");
}

#[test]
fn a_configuration_needs_no_template() {
    let directory = tempfile::tempdir().unwrap();
    let text = "{\n  \"artifact\": \"a/b\",\n  \"artifact_tipe\": \"aws.ami\"\n}";
    fs::write(directory.path().join("c.json"), text).unwrap();
    fs::write(directory.path().join("a.json"), RECORD).unwrap();
    let token = "token=hush-hush";
    let arguments = ["validate", "--json", "--config", "c.json", "--set", token];
    let output = host(directory.path(), &arguments, "");
    assert_eq!(output.status.code(), Some(2));
    let shown = stderr(&output);
    assert!(shown.contains("--> c.json:3:"), "{shown}");
    assert!(!shown.contains("hush-hush"), "{shown}");

    let set = ["--set", "metadata.os=sid", "--set", "artifact_type=aws.ami"];
    let right = r#"{"artifact": "a/b", "metadata": {"name": "{{build_name}}"}}"#;
    let arguments = ["validate", "--config", "-", "--set", token, "--build", "vm"];
    let arguments = [&arguments[..], &set, &["--artifact", "a.json"]].concat();
    let output = host(directory.path(), &arguments, right);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));

    let arguments = ["validate", "--json", "--config", "c.json"];
    for wrong in ["[]", "{"] {
        fs::write(directory.path().join("c.json"), wrong).unwrap();
        let output = host(directory.path(), &arguments, "");
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(json(&output)["diagnostics"][0]["file"], "c.json");
    }
    let output = host(
        directory.path(),
        &["validate", "--json", "--config", "d"],
        "",
    );
    assert_eq!(json(&output)["diagnostics"][0]["code"], "unreadable-file");
}
