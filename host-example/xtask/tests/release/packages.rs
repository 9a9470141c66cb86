//! The packages for Python and Node.js, installed as others would: from the files, where no Rust is.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::atlas::{Atlas, SLUG, TOKEN, put_template};
use crate::made::{file, printed};
use crate::programs::path_without_rust;

/// An empty directory with the example, and what runs a program there as somebody without Rust has it.
fn place() -> (TempDir, impl Fn(&str) -> Command) {
    let directory = tempfile::tempdir().unwrap();
    put_template(directory.path());
    let path = directory.path().to_owned();
    let program = move |name: &str| {
        let mut command = Command::new(name);
        command.current_dir(&path).env("PATH", path_without_rust());
        for variable in ["CARGO_HOME", "RUSTUP_HOME", "PYTHONPATH", "NODE_PATH"] {
            command.env_remove(variable);
        }
        command
    };
    (directory, program)
}

/// Runs the program of somebody who uses a package, and sees what it has published.
fn publish(program: &mut Command, script: &str, directory: &Path) {
    let atlas = Atlas::start();
    fs::write(directory.join("program"), script).unwrap();
    let told = printed(
        program
            .env("ATLAS_ADDRESS", atlas.url())
            .env("ATLAS_TOKEN", TOKEN),
    );
    assert!(told.contains(SLUG), "{told}");
    assert!(told.ends_with("found ami-4f8fae26\n"), "{told}");
}

/// A virtual environment with the wheel, and a program to run in it.
pub fn python() -> Option<(TempDir, Command)> {
    let wheel = file("atlas_post_processor-", ".whl")?;
    let (directory, program) = place();
    let environment = directory.path().join("environment");
    printed(program("python3").args(["-m", "venv"]).arg(&environment));
    let interpreter = environment.join("bin/python");
    let interpreter = interpreter.to_str().unwrap();
    printed(
        program(interpreter)
            .args(["-m", "pip", "install", "--quiet"])
            .arg(wheel),
    );
    let mut python = program(interpreter);
    // The compiled component is kept there.
    python
        .arg("program")
        .env("XDG_CACHE_HOME", directory.path().join("cache"));
    Some((directory, python))
}

/// Publishes the example with what [`python`] has made, and finds it again.
pub fn publish_with_python((directory, mut python): (TempDir, Command), component: Option<&Path>) {
    if let Some(component) = component {
        python.arg(component);
    }
    publish(
        &mut python,
        r#"
import os, sys
from atlas_post_processor import Field, Job, Options, PostProcessor, Query, find, publish

options = Options(component=PostProcessor(*sys.argv[1:]))
variables = [("atlas_url", os.environ["ATLAS_ADDRESS"]), ("atlas_token", os.environ["ATLAS_TOKEN"])]
artifact = {"builder-id": "mitchellh.amazonebs", "id": "us-east-1:ami-4f8fae26"}
report = publish(Job("template.json", artifact, variables=variables), options)
print(*report.messages, report.json, sep="\n")
query = Query("hashicorp/foobar/aws.ami", field=Field("ami", "us-east-1"))
print("found", *find(query, options).lines)
"#,
        directory.path(),
    );
}

#[test]
#[ignore = "takes minutes, and needs a git checkout: cargo test --workspace --test release -- --ignored"]
fn the_wheel_publishes_without_rust() {
    if let Some(installed) = python() {
        publish_with_python(installed, None);
    }
}

#[test]
#[ignore = "takes minutes, and needs a git checkout: cargo test --workspace --test release -- --ignored"]
fn the_npm_package_publishes_without_rust() {
    let Some(package) = file("atlas-post-processor-", ".tgz") else {
        return;
    };
    let (directory, program) = place();
    fs::write(
        directory.path().join("package.json"),
        r#"{"type": "module"}"#,
    )
    .unwrap();
    let install = [
        "install",
        "--no-audit",
        "--no-fund",
        "--silent",
        "--ignore-scripts",
    ];
    printed(program("npm").args(install).arg(package));
    publish(
        program("node").arg("program"),
        r#"
import { find, publish } from "atlas-post-processor";

const { ATLAS_ADDRESS, ATLAS_TOKEN } = process.env;
const report = await publish({
  template: "template.json",
  artifact: { "builder-id": "mitchellh.amazonebs", id: "us-east-1:ami-4f8fae26" },
  variables: { atlas_url: ATLAS_ADDRESS, atlas_token: ATLAS_TOKEN },
});
console.log([...report.messages, report.json].join("\n"));
const field = { name: "ami", region: "us-east-1" };
const { lines } = await find({ slug: "hashicorp/foobar/aws.ami", field });
console.log("found", ...lines);
"#,
        directory.path(),
    );
}
