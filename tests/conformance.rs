//! One suite for every host: the same requests to the byte, the same archives, the same findings as
//! text, the same lines of `-vv`, the same `--json` and exit codes; and the component alone gives the same.
//!
//! A case in `conformance/` holds what is published, the answers that Atlas gives, and under
//! `wanted` all that must come of it. With `UPDATE` set in the environment, `wanted` is written anew
//! from what the host in Rust does, to be read before it is kept.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use atlas_host::Component;
use serde_json::{Value, json};
use support::conversation::Conversation;
use support::hosts::{self, CommandHost};
use support::said::plain;
use support::scene::{Scene, TOKEN, answers, arguments};
use support::{alone, side_by_side};

fn cases() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance");
    let entries = fs::read_dir(directory).unwrap();
    let mut cases: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() > 20);
    cases
}

fn read(file: &Path) -> Value {
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

/// Plays a case with a host's command.
fn play(host: &CommandHost, case: &Value) -> Value {
    let atlas = Conversation::start(answers(case));
    let scene = Scene::set(case, atlas.url());
    let mut command = host.command(case["command"].as_str().unwrap_or("publish"));
    command
        .current_dir(&scene.root)
        .args(arguments(case))
        .args(["--json", "-vv"])
        .env("ATLAS_TOKEN", TOKEN)
        .env("ATLAS_ADDRESS", atlas.url())
        .env("NO_COLOR", "1");
    for (name, value) in case["env"].as_object().into_iter().flatten() {
        match value.as_str() {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let output = command.output().unwrap();
    let url = atlas.url().to_owned();
    let said = scene.plain(&String::from_utf8_lossy(&output.stderr), &url);
    let result = scene.plain(&String::from_utf8_lossy(&output.stdout), &url);
    assert!(!said.contains(TOKEN), "{}: {said}", host.name);
    assert!(!result.contains(TOKEN), "{}: {result}", host.name);
    let result = serde_json::from_str::<Value>(&result);
    let result = result.unwrap_or_else(|error| panic!("{}: {error}: {said}", host.name));
    let requests = scene.plain(&Value::from(atlas.finish()).to_string(), &url);
    let left = scene.plain(&scene.left().to_string(), &url);
    let left = serde_json::from_str::<Value>(&left).unwrap();
    json!({
        "exit": output.status.code(),
        "left": left,
        "requests": serde_json::from_str::<Value>(&requests.replace(TOKEN, "@TOKEN@")).unwrap(),
        "result": result,
        "said": plain(&said),
    })
}

#[test]
fn every_host_does_the_same() {
    let cases = cases();
    if std::env::var_os("UPDATE").is_some() {
        for file in &cases {
            let mut case = read(file);
            case["wanted"] = play(&hosts::all()[0], &case);
            fs::write(file, format!("{case:#}\n")).unwrap();
        }
    }
    for host in hosts::all() {
        let wrong = side_by_side(4, cases.len(), |number| {
            let case = read(&cases[number]);
            if !host.permissions && case.to_string().contains("\"mode\"") {
                return None;
            }
            let got = play(host, &case);
            let mut wanted = case["wanted"].clone();
            let status = wanted["exit"].as_i64().unwrap();
            wanted["exit"] = host.status(status as i32).into();
            differences(host.name, &cases[number], &wanted, &got)
        });
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// What is not as wanted, part by part.
fn differences(host: &str, case: &Path, wanted: &Value, got: &Value) -> Option<String> {
    let name = case.file_stem().unwrap().display();
    let wanted = wanted.as_object().unwrap();
    let wrong: Vec<_> = wanted
        .iter()
        .filter(|(part, wanted)| got[part.as_str()] != **wanted)
        .map(|(part, wanted)| format!("{part}: got {} wanted {wanted}", got[part.as_str()]))
        .collect();
    (!wrong.is_empty()).then(|| format!("{host}, {name}: {}", wrong.join("\n  ")))
}

/// The component without any host's HTTP: its own steps, answered from the case.
#[test]
fn so_does_the_component_alone() {
    let component = Component::embedded().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut wrong = Vec::new();
    for file in cases() {
        let case = read(&file);
        // What is published through a template; the rest is each host's own test.
        if !case["command"].is_null() || !case["config"].is_null() {
            continue;
        }
        let Some(mut got) = runtime.block_on(alone::play(&component, &case)) else {
            continue;
        };
        // It writes no files.
        got["left"] = json!({});
        wrong.extend(differences("alone", &file, &case["wanted"], &got));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
