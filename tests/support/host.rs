//! The command, run in a directory of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::atlas::{Atlas, TOKEN};
use super::hosts::CommandHost;

/// A directory with a template and what the command is run on.
pub struct Host {
    directory: TempDir,
}

impl Host {
    /// With a template that publishes `hashicorp/foobar` of that type.
    pub fn new(artifact_type: &str) -> Self {
        let host = Self {
            directory: tempfile::tempdir().unwrap(),
        };
        host.template(&json!([{
            "type": "atlas",
            "artifact": "hashicorp/foobar",
            "artifact_type": artifact_type,
        }]));
        host
    }

    /// Where it is, without symbolic links.
    pub fn root(&self) -> PathBuf {
        fs::canonicalize(self.directory.path()).unwrap()
    }

    /// Writes the template anew, with these post-processors.
    pub fn template(&self, post_processors: &Value) {
        let template = json!({"builders": [{"type": "vm"}], "post-processors": post_processors});
        self.write("template.json", template.to_string().as_bytes());
    }

    /// Writes the artifact's record.
    pub fn artifact(&self, builder_id: &str, id: &str, files: &[&str]) {
        let record = json!({"builder-id": builder_id, "id": id, "files": files});
        self.write("artifact.json", record.to_string().as_bytes());
    }

    /// Writes a file, and the directories that it is in.
    pub fn write(&self, path: &str, content: &[u8]) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// The command `publish` with the artifact's record, for an Atlas.
    pub fn publish(&self, atlas: &Atlas) -> Command {
        let mut command = self.command("publish");
        command.args(["--artifact", "artifact.json", "template.json"]);
        command
            .env("ATLAS_ADDRESS", atlas.url())
            .env("ATLAS_TOKEN", TOKEN);
        command
    }

    /// The command of another host with a subcommand, run here.
    pub fn command_of(&self, host: &CommandHost, subcommand: &str) -> Command {
        let mut command = host.command(subcommand);
        command.current_dir(self.root());
        command
    }

    /// The command with a subcommand, and nothing of Atlas in its environment.
    pub fn command(&self, subcommand: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_atlas-host"));
        command.arg(subcommand).current_dir(self.root());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ATLAS")) {
            command.env_remove(name);
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

/// What a command said, both ways, after a check that the token is not in it.
pub fn said(output: &Output) -> String {
    let said = [&output.stdout[..], &output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    let lower = said.to_lowercase();
    assert!(
        !lower.contains(&TOKEN.to_lowercase()),
        "the token is shown: {said}"
    );
    said
}

/// Runs it to a good end with `--json`; the only receipt.
pub fn receipt(command: &mut Command) -> Value {
    let output = command.arg("--json").output().unwrap();
    let said = said(&output);
    assert!(output.status.success(), "{said}");
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result["receipts"].as_array().unwrap().len(), 1, "{said}");
    result["receipts"][0].clone()
}

/// The names in a directory.
pub fn names(directory: &Path) -> Vec<String> {
    let names = fs::read_dir(directory).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.collect()
}
