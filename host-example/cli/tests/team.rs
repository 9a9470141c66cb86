//! An Atlas that a team runs, by the command line alone: admin, channel, backup and restore.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop at the first surprise, too"
)]

#[allow(dead_code, reason = "here no server is started again")]
#[path = "../../../tests/support/serve.rs"]
mod serve;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use serve::Serve;
use tempfile::TempDir;

const TEMPLATE: &str = r#"{
  "builders": [{ "type": "amazon-ebs" }],
  "post-processors": [{ "type": "atlas", "artifact": "acme/web", "artifact_type": "aws.ami" }]
}"#;
const RECORD: &str = r#"{"builder-id": "mitchellh.amazonebs", "id": "us-east-1:ami-1"}"#;

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_atlas-host"));
    command
        .args(arguments)
        .env_remove("ATLAS_TOKEN")
        .env_remove("ATLAS_ADDRESS")
        .env_remove("ATLAS_DATABASE")
        .env_remove("ATLAS_BLOBS");
    command
}

fn run(command: &mut Command, input: &str) -> Output {
    let mut process = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = process.stdin.take().unwrap();
    // Who does not read it may be gone.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    process.wait_with_output().unwrap()
}

/// The result as a document, of a command that ends with this status.
fn json(output: &Output, status: i32) -> Value {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{told}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// `atlas-host admin` on the storage of a server.
fn admin(data: &Path, task: &str, input: &str, status: i32) -> Value {
    let words: Vec<_> = task.split_whitespace().collect();
    let mut command = command(&["admin", "--json", "--data"]);
    json(&run(command.arg(data).args(words), input), status)
}

#[test]
fn a_team_is_set_up_beside_a_server_that_runs() {
    let directory = TempDir::new().unwrap();
    let data = &directory.path().join("data");
    let server = Serve::start(data);

    admin(data, "organisation add acme", "", 0);
    let error = &admin(data, "organisation add acme", "", 2)["error"];
    assert_eq!(error["code"], "refused");
    admin(data, "organisation quota acme 1000000", "", 0);
    let organisations = &admin(data, "organisation list", "", 0)["organisations"];
    assert_eq!(organisations[0]["name"], "acme");
    assert_eq!(organisations[0]["quota"], 1_000_000);

    admin(data, "user add alice", "short\n", 2);
    assert_eq!(
        admin(data, "user add alice", "correct horse\n", 0)["new"],
        true
    );
    assert_eq!(admin(data, "user list", "", 0)["users"][0], "alice");
    admin(data, "member set acme alice write", "", 0);
    admin(data, "member set acme bob write", "", 2);
    admin(data, "member set nowhere alice write", "", 2);

    let made = admin(
        data,
        "token add --user alice --access write --expires 90d",
        "",
        0,
    );
    let token = made["token"].as_str().unwrap();
    let listed = admin(data, "token list", "", 0);
    assert_eq!(listed["tokens"][0]["username"], "alice");
    assert!(!listed.to_string().contains(token));

    let at_work = |arguments: &[&str], status| {
        let mut command = command(arguments);
        command.current_dir(directory.path());
        command
            .env("ATLAS_TOKEN", token)
            .env("ATLAS_ADDRESS", server.url());
        json(&run(&mut command, TEMPLATE), status)
    };
    fs::write(directory.path().join("a.json"), RECORD).unwrap();
    for _ in 0..2 {
        at_work(&["publish", "--json", "--artifact", "a.json", "-"], 0);
    }
    let slug = "acme/web/aws.ami";
    at_work(&["channel", "set", "--json", slug, "production", "1"], 0);
    let channels = at_work(&["channel", "list", "--json", slug], 0);
    assert_eq!(channels["channels"][0]["name"], "production");
    assert_eq!(channels["channels"][0]["version"], 1);
    let found = at_work(&["find", "--json", slug, "--version", "production"], 0);
    assert_eq!(found["version"]["version"], 1);

    // What is wrong is told in Atlas's words.
    let missing = at_work(&["channel", "set", "--json", slug, "production", "9"], 3);
    assert_eq!(missing["error"]["code"], "nothing-found");
    let wrong = at_work(&["channel", "set", "--json", slug, "latest", "1"], 1);
    assert_eq!(wrong["error"]["code"], "rejected");
    at_work(&["channel", "remove", "--json", slug, "production"], 0);
    at_work(&["channel", "remove", "--json", slug, "production"], 3);

    admin(data, &format!("token revoke {}", made["id"]), "", 0);
    let refused = at_work(&["channel", "list", "--json", slug], 1);
    assert_eq!(refused["error"]["code"], "authentication-failed");

    let audit = admin(data, "audit --organisation acme --limit 3", "", 0);
    let audit = audit["audit"].as_array().unwrap();
    assert_eq!(audit.len(), 3);
    assert_eq!(audit[0]["action"], "channel.remove");
    assert_eq!(audit[0]["who"], "alice");
}

#[test]
fn a_foreign_token_is_not_sent_to_the_default_address() {
    let mut list = command(&["channel", "list", "a/b/c"]);
    let output = run(list.env("ATLAS_TOKEN", "foreign"), "");
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("ATLAS_ADDRESS"), "{told}");
}

#[test]
fn a_backup_is_restored() {
    let directory = TempDir::new().unwrap();
    let path = |name: &str| directory.path().join(name);
    let (data, backup, restored) = (path("data"), path("backup"), path("restored"));
    let mut server = Serve::start(&data);
    let token = server.word("Its token, shown this once: ").unwrap();
    let copy = |what: &str, data: &Path| {
        let mut command = command(&[what, "--json", "--data"]);
        run(command.arg(data).arg(&backup), "")
    };
    assert_eq!(json(&copy("backup", &data), 0)["copied"]["files"], 0);
    let again = json(&copy("backup", &data), 1);
    assert_eq!(again["error"]["code"], "not-copied");
    json(&copy("restore", &data), 1);
    json(&copy("restore", &restored), 0);
    drop(server);

    let server = Serve::start(&restored);
    let mut list = command(&["channel", "list", "--json", "a/b/c", "--address"]);
    list.arg(server.url()).env("ATLAS_TOKEN", token);
    // The token is that of the original; there is no such artifact.
    json(&run(&mut list, ""), 3);
}

#[test]
fn files_in_a_store_are_not_backed_up() {
    let directory = TempDir::new().unwrap();
    let (data, backup) = (directory.path().join("data"), directory.path().join("b"));
    drop(Serve::start(&data));
    for what in ["backup", "restore"] {
        let options = command(&[what, "--json", "--blobs", "s3://bucket/p", "--data"]);
        let mut environment = command(&[what, "--json", "--data"]);
        environment.env("ATLAS_BLOBS", "s3://bucket/p");
        for mut command in [options, environment] {
            let refused = json(&run(command.arg(&data).arg(&backup), ""), 1);
            let message = refused["error"]["message"].as_str().unwrap();
            assert!(message.contains("S3"), "{message}");
            assert!(!backup.exists());
        }
    }
}

#[test]
fn the_address_of_a_database_is_not_shown() {
    let directory = TempDir::new().unwrap();
    // No kind that there is: no server is waited for.
    let url = "mysql://user:hush-hush@127.0.0.1/atlas";
    for (arguments, status) in [
        (&["admin", "user", "list", "--data", "d"][..], 1),
        (&["backup", "b", "--data", "d"], 1),
        (&["serve", "--data", "d"], 1),
        (&["serve", "--help"], 0),
    ] {
        let mut command = command(arguments);
        command
            .current_dir(directory.path())
            .env("ATLAS_DATABASE", url);
        let output = run(&mut command, "");
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8(told).unwrap();
        assert_eq!(output.status.code(), Some(status), "{told}");
        assert!(!told.is_empty() && !told.contains("hush"), "{told}");
    }
}
