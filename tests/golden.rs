//! The golden cases: what every host sends is what the original client sent.
//!
//! A case in `golden/cases` is a template, an artifact with its files, an environment and a
//! server's script. Its trace in `golden/traces` was recorded off the wire. A case's `expect` says
//! where this client means to do better than the original.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use support::case_files::{content, make_files};
use support::describe::describe;
use support::hosts::{self, CommandHost};
use support::scripted_atlas::ScriptedAtlas;
use support::side_by_side;

/// What a client did in a case.
struct Trace {
    ok: bool,
    output: String,
    requests: Vec<Value>,
}

#[test]
fn every_case_is_alike_in_every_host() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden");
    let mut cases: Vec<PathBuf> = fs::read_dir(golden.join("cases"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    assert!(!cases.is_empty());
    for host in hosts::all() {
        let check = |number: usize| {
            let file: &Path = &cases[number];
            let name = file.file_stem().unwrap().to_str().unwrap();
            let case = read(file);
            let reference = case["reference"].as_str().unwrap_or(name);
            let mut wanted = read(&golden.join("traces").join(format!("{reference}.json")));
            for (key, value) in case["expect"].as_object().into_iter().flatten() {
                wanted[key] = value.clone();
            }
            put_own_file(&mut wanted["requests"], &case);
            let found = compare(&case, &wanted, &run(host, &case));
            (!found.is_empty()).then(|| format!("{} {name}: {}", host.name, found.join("; ")))
        };
        let faults = side_by_side(4, cases.len(), check);
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

fn read(file: &Path) -> Value {
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

/// Plays a case with a host.
fn run(host: &CommandHost, case: &Value) -> Trace {
    let directory = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(directory.path()).unwrap();
    let atlas = ScriptedAtlas::start(&case["server"]);
    let fill = |text: &str| {
        let text = text.replace("@URL@", atlas.url());
        text.replace("@DIR@", root.to_str().unwrap())
    };
    make_files(case, &root);
    let template = match case["template_text"].as_str() {
        Some(text) => text.to_owned(),
        None => format!("{:#}", case["template"]),
    };
    fs::write(root.join("template.json"), fill(&template)).unwrap();
    fs::write(
        root.join("artifact.json"),
        fill(&case["artifact"].to_string()),
    )
    .unwrap();

    let mut host = host.command("publish");
    for (name, value) in case["env"].as_object().into_iter().flatten() {
        host.env(name, fill(value.as_str().unwrap()));
    }
    for (name, value) in case["vars"].as_object().into_iter().flatten() {
        host.arg("--var")
            .arg(format!("{name}={}", value.as_str().unwrap()));
    }
    let output = host
        .arg("--artifact")
        .args([root.join("artifact.json"), root.join("template.json")])
        .current_dir(&root)
        .output()
        .unwrap();

    let url = atlas.url().to_owned();
    let requests = Value::from(atlas.finish()).to_string();
    let requests = requests
        .replace(&url, "@URL@")
        .replace(root.to_str().unwrap(), "@DIR@");
    Trace {
        ok: output.status.success(),
        output: String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(),
        requests: serde_json::from_str(&requests).unwrap(),
    }
}

/// All that is not as it should be.
fn compare(case: &Value, wanted: &Value, got: &Trace) -> Vec<String> {
    let mut faults = Vec::new();
    if wanted["ok"] != got.ok {
        faults.push(format!("ok is {}: {}", got.ok, got.output));
    }
    if case["compare"]
        .as_str()
        .is_none_or(|what| what == "requests")
    {
        let got_requests = normal(&got.requests, case);
        let wanted_requests = normal(wanted["requests"].as_array().unwrap(), case);
        for number in 0..got_requests.len().max(wanted_requests.len()) {
            let (got, wanted) = (got_requests.get(number), wanted_requests.get(number));
            if got != wanted {
                let show =
                    |request: Option<&Value>| request.map_or("nothing".into(), Value::to_string);
                faults.push(format!(
                    "request {number}: got {} wanted {}",
                    show(got),
                    show(wanted)
                ));
                break;
            }
        }
    }
    let output = got.output.to_lowercase();
    let texts = |key: &str| case[key].as_array().cloned().unwrap_or_default();
    let is_there = |text: &Value| output.contains(&text.as_str().unwrap().to_lowercase());
    for text in texts("output_has").iter().filter(|text| !is_there(text)) {
        faults.push(format!("the output lacks {text}: {}", got.output));
    }
    for text in texts("output_lacks").iter().filter(|text| is_there(text)) {
        faults.push(format!("the output has {text}: {}", got.output));
    }
    faults
}

/// Requests without what may differ from client to client.
fn normal(requests: &[Value], case: &Value) -> Vec<Value> {
    let path = |request: &Value| request["path"].as_str().unwrap().to_owned();
    let mut kept: Vec<Value> = requests
        .iter()
        .filter(|request| !path(request).ends_with("/search"))
        .cloned()
        .collect();
    for request in &mut kept {
        let is_upload = path(request).contains("/_binstore");
        let fields: &mut Map<String, Value> = request.as_object_mut().unwrap();
        fields.remove("length_declared");
        let content_type = fields["content_type"].as_str().filter(|_| !is_upload);
        let content_type = content_type.map(|text| text.split(';').next().unwrap().trim());
        fields["content_type"] = json!(content_type);
        normalize_body(&mut fields["body"], case);
    }
    kept
}

fn normalize_body(body: &mut Value, case: &Value) {
    if let Some(version) = body.pointer_mut("/json/artifact_version") {
        let mut metadata = version["metadata"].as_object().cloned().unwrap_or_default();
        for name in case["volatile"].as_array().into_iter().flatten() {
            if let Some(value) = metadata.get_mut(name.as_str().unwrap()) {
                *value = json!("~");
            }
        }
        version["metadata"] = metadata.into();
    }
    if let Some(members) = body.pointer_mut("/archive").and_then(Value::as_array_mut) {
        members.retain(|member| member["type"] != "5");
    }
}

/// A file that is sent as it is: compressors differ, so the recorder's file was another than ours.
fn put_own_file(requests: &mut Value, case: &Value) {
    let files = case["files"].as_object().into_iter().flatten();
    let own = files.map(|(_, spec)| describe(&content(spec), "")).next();
    for request in requests.as_array_mut().unwrap() {
        if request["body"].get("bytes").is_some() {
            request["body"] = own.clone().unwrap();
        }
    }
}
