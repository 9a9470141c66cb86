//! The golden cases: what is published, and what the original client sent for it.
//!
//! A case in `golden/cases` is a template, an artifact with its files, an environment and a
//! server's script. Its trace in `golden/traces` was recorded off the wire. A case's `expect` says
//! where this project means to do better than the original.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value, json};

use super::case_files::{content, make_files};
use super::describe::describe;
use super::scripted_atlas::ScriptedAtlas;

/// A case, and what is to come of it.
pub struct Case {
    pub name: String,
    case: Value,
    wanted: Value,
}

/// What a client did in a case.
pub struct Played {
    pub ok: bool,
    pub output: String,
}

/// All cases, by name. `tests` is the directory that `golden` is in.
pub fn cases(tests: &Path) -> Vec<Case> {
    let golden = tests.join("golden");
    let read =
        |path: PathBuf| -> Value { serde_json::from_slice(&fs::read(path).unwrap()).unwrap() };
    let entries = fs::read_dir(golden.join("cases")).unwrap();
    let mut cases: Vec<Case> = entries
        .map(|entry| {
            let file = entry.unwrap().path();
            let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
            let case = read(file);
            let reference = case["reference"].as_str().unwrap_or(&name);
            let mut wanted = read(golden.join("traces").join(format!("{reference}.json")));
            for (key, value) in case["expect"].as_object().into_iter().flatten() {
                wanted[key] = value.clone();
            }
            put_own_file(&mut wanted["requests"], &case);
            Case { name, case, wanted }
        })
        .collect();
    cases.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(!cases.is_empty());
    cases
}

impl Case {
    /// Plays it in a directory: `play` gets the case's variables as pairs, and a function that puts
    /// its environment into a command. All that is not as it should be.
    pub fn check(
        &self,
        root: &Path,
        order: Order,
        play: impl FnOnce(&[(String, String)], &dyn Fn(&mut Command)) -> Played,
    ) -> Vec<String> {
        let case = &self.case;
        let atlas = ScriptedAtlas::start(&case["server"]);
        let url = atlas.url().to_owned();
        let fill = |text: &str| {
            text.replace("@URL@", &url)
                .replace("@DIR@", root.to_str().unwrap())
        };
        make_files(case, root);
        let template = match case["template_text"].as_str() {
            Some(text) => text.to_owned(),
            None => format!("{:#}", case["template"]),
        };
        fs::write(root.join("template.json"), fill(&template)).unwrap();
        let artifact = fill(&case["artifact"].to_string());
        fs::write(root.join("artifact.json"), artifact).unwrap();
        let variables = case["vars"].as_object().into_iter().flatten();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let variables: Vec<_> = variables
            .map(|(name, value)| (name.clone(), text(value)))
            .collect();
        let played = play(&variables, &|command: &mut Command| {
            for (name, value) in case["env"].as_object().into_iter().flatten() {
                command.env(name, fill(&text(value)));
            }
        });
        let requests = Value::from(atlas.finish()).to_string();
        let requests = requests
            .replace(&url, "@URL@")
            .replace(root.to_str().unwrap(), "@DIR@");
        self.compare(&played, &serde_json::from_str(&requests).unwrap(), order)
    }

    fn compare(&self, played: &Played, requests: &Value, order: Order) -> Vec<String> {
        let (case, wanted) = (&self.case, &self.wanted);
        let mut faults = Vec::new();
        if wanted["ok"] != played.ok {
            faults.push(format!("ok is {}", played.ok));
        }
        if case["compare"].as_str().unwrap_or("requests") == "requests" {
            let got = normal(requests, case, order);
            let wanted = normal(&wanted["requests"], case, order);
            for number in 0..got.len().max(wanted.len()) {
                let (got, wanted) = (got.get(number), wanted.get(number));
                if got != wanted {
                    let show = |request: Option<&Value>| {
                        request.map_or("nothing".into(), Value::to_string)
                    };
                    let (got, wanted) = (show(got), show(wanted));
                    faults.push(format!("request {number}: got {got} wanted {wanted}"));
                    break;
                }
            }
        }
        let output = played.output.to_lowercase();
        let texts = |key: &str| case[key].as_array().cloned().unwrap_or_default();
        let is_there = |text: &Value| output.contains(&text.as_str().unwrap().to_lowercase());
        for text in texts("output_has").iter().filter(|text| !is_there(text)) {
            faults.push(format!("the output lacks {text}"));
        }
        for text in texts("output_lacks").iter().filter(|text| is_there(text)) {
            faults.push(format!("the output has {text}"));
        }
        if !faults.is_empty() {
            faults.push(played.output.clone());
        }
        faults
    }
}

/// In which order requests are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As they came.
    AsSent,
    /// Those that verify tokens first.
    TokensFirst,
}

/// Requests without what may differ from client to client: searches, how a body is named, the
/// archive's directories, and metadata that depends on the time.
fn normal(requests: &Value, case: &Value, order: Order) -> Vec<Value> {
    let path = |request: &Value| request["path"].as_str().unwrap().to_owned();
    let mut kept = requests.as_array().unwrap().clone();
    kept.retain(|request| !path(request).ends_with("/search"));
    if order == Order::TokensFirst {
        kept.sort_by_key(|request| path(request) != "/api/v1/authenticate");
    }
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
