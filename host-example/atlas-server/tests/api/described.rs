//! What the server does is what its description says.
//!
//! Methods and paths are registered together with their description, so no endpoint of the API is without one. That
//! what is sent and read is as described is tried by schemathesis, with what it makes up from the description.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::Atlas;

async fn fetch(atlas: &Atlas, path: &str) -> reqwest::Response {
    let url = format!("{}{path}", atlas.server.url());
    atlas.client.get(url).send().await.unwrap()
}

/// All operations: method, path, and what is said about them.
fn operations(description: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = description["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, operations)| {
            let operations = operations.as_object().unwrap().iter();
            operations.map(move |(method, operation)| (method.as_str(), path.as_str(), operation))
        })
        .collect()
}

#[tokio::test]
async fn what_is_described_is_there_and_rendered() {
    let atlas = Atlas::start_with(|options| options.metrics(true)).await;
    let description: Value = fetch(&atlas, "/openapi.json").await.json().await.unwrap();
    let page = fetch(&atlas, "/docs").await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let page = page.text().await.unwrap();

    let operations = operations(&description);
    let mut names: Vec<_> = operations
        .iter()
        .map(|(_, _, operation)| operation["operationId"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), operations.len());
    for (method, path, operation) in operations {
        let name = operation["operationId"].as_str().unwrap();
        assert!(page.contains(&format!("id=\"{name}\"")), "{name}");
        let url = path.replace("{id}", "99").replace(['{', '}'], "");
        let url = format!("{}{url}", atlas.server.url());
        let method: Method = method.to_uppercase().parse().unwrap();
        let request = atlas.client.request(method.clone(), url);
        let answer = request
            .header("X-Atlas-Token", crate::support::TOKEN)
            .header("Upload-Complete", "?0")
            .send()
            .await
            .unwrap();
        assert_ne!(
            answer.status(),
            StatusCode::METHOD_NOT_ALLOWED,
            "{method} {path}"
        );
        let text = answer.text().await.unwrap();
        assert!(!text.contains("nothing at this path"), "{method} {path}");
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    let atlas = Atlas::start_with(|options| options.metrics(true)).await;
    let description: Value = fetch(&atlas, "/openapi.json").await.json().await.unwrap();
    let text = description.to_string();
    let references: Vec<_> = text.split("\"$ref\":\"#").skip(1).collect();
    assert!(!references.is_empty());
    for reference in references {
        let reference = reference.split('"').next().unwrap();
        assert!(description.pointer(reference).is_some(), "{reference}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_is_outside_of_the_description() {
    let Some(schemathesis) = schemathesis() else {
        return;
    };
    let atlas = Atlas::start_with(|options| options.metrics(true)).await;
    for _ in 0..3 {
        atlas.publish_file("t", "content").await;
    }
    let waiting = json!({"id": "x", "file": true});
    let waiting = atlas.publish("t", waiting).await;
    // A second token, to be revoked.
    let body = json!({"token": {"organisation": "hashicorp"}});
    let made: Value = atlas.post("/tokens", &body).await.json().await.unwrap();
    assert_eq!(made["id"], 2);
    let channel = "/artifacts/hashicorp/web/t/channels/production";
    let body = json!({"channel": {"version": 1}});
    let request = atlas.request(Method::PUT, channel).json(&body);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);

    let url = format!("{}/openapi.json", atlas.server.url());
    let run = tokio::task::spawn_blocking(move || {
        Command::new(schemathesis)
            .arg("--config-file")
            .arg(directory().join("schemathesis.toml"))
            .args(["run", &url])
            .env(
                "ATLAS_UPLOAD_KEY",
                waiting["upload_token"].as_str().unwrap(),
            )
            .env("SCHEMATHESIS_HOOKS", directory().join("hooks.py"))
            .current_dir(env!("CARGO_TARGET_TMPDIR"))
            .output()
            .unwrap()
    });
    let run = run.await.unwrap();
    assert!(run.status.success(), "{}", said(&run));
    // The run had a token that was accepted, and things to work with, until its end.
    assert_eq!(atlas.get("/authenticate").await.status(), StatusCode::OK);
    let list = atlas.get("/artifacts/hashicorp/web/t").await;
    let list: Value = list.json().await.unwrap();
    assert!(list["versions"][0]["version"].as_i64().unwrap() > 3);
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemathesis")
}

/// The command in a virtual environment, which is made the first time. Without Python it is left out, but not where
/// `CI` is set.
fn schemathesis() -> Option<PathBuf> {
    if Command::new("python3").arg("--version").output().is_err() {
        let told = "python3 is not installed: the description is not tried";
        assert!(std::env::var_os("CI").is_none(), "{told}");
        eprintln!("{told}");
        return None;
    }
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let lock = File::create(temporary.join("schemathesis.lock")).unwrap();
    lock.lock().unwrap();
    let environment = temporary.join("schemathesis");
    let requirements = directory().join("requirements.txt");
    let wanted = fs::read(&requirements).unwrap();
    let made_from = environment.join("requirements.txt");
    if fs::read(&made_from).ok().as_ref() != Some(&wanted) {
        let venv = ["-m", "venv", "--clear"];
        run(Command::new("python3").args(venv).arg(&environment));
        let install = ["install", "--quiet", "--require-hashes", "--requirement"];
        let pip = environment.join("bin/pip");
        run(Command::new(pip).args(install).arg(&requirements));
        fs::write(made_from, wanted).unwrap();
    }
    Some(environment.join("bin/schemathesis"))
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", said(&output));
}

fn said(output: &Output) -> String {
    [&*output.stdout, &output.stderr]
        .map(String::from_utf8_lossy)
        .concat()
}
