//! One suite for every host: the same requests to the byte, the same archives, the same findings,
//! results, events and exit codes; and the component alone gives the same.
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

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use atlas_host::{
    Body, Outcome, Packing, Patience, PostProcessor, Receipt, Response, Run, Sandbox, Silent, Step,
    TransportError,
};
use serde_json::{Map, Value, json};
use support::case_files::make_files;
use support::conversation::{Conversation, body};
use support::hosts::{self, CommandHost};
use support::side_by_side;

const TOKEN: &str = "conformance.atlasv1.t0ken";

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

/// A case's directory, with all that is published.
struct Scene {
    directory: tempfile::TempDir,
    root: PathBuf,
}

impl Scene {
    fn set(case: &Value, url: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(directory.path()).unwrap();
        make_files(case, &root);
        let fill = |text: &str| {
            text.replace("@URL@", url)
                .replace("@DIR@", root.to_str().unwrap())
        };
        let template = match case["template_text"].as_str() {
            Some(text) => text.to_owned(),
            None => format!("{:#}", case["template"]),
        };
        fs::write(root.join("template.json"), fill(&template)).unwrap();
        for name in ["artifact", "manifest", "variables", "checkpoint"] {
            if !case[name].is_null() {
                let text = match &case[name] {
                    Value::String(text) => text.clone(),
                    value => value.to_string(),
                };
                fs::write(root.join(name).with_extension("json"), fill(&text)).unwrap();
            }
        }
        Self { directory, root }
    }

    /// A text without what differs from run to run.
    fn plain(&self, text: &str, url: &str) -> String {
        text.replace(url, "@URL@")
            .replace(self.root.to_str().unwrap(), "@DIR@")
    }
}

/// What the case's command line gives, beside the template.
fn arguments(case: &Value) -> Vec<String> {
    let given = case["arguments"].as_array().into_iter().flatten();
    given
        .map(|word| word.as_str().unwrap().to_owned())
        .collect()
}

fn answers(case: &Value) -> Vec<Value> {
    case["answers"].as_array().cloned().unwrap_or_default()
}

/// Plays a case with a host's command.
fn play(host: &CommandHost, case: &Value) -> Value {
    let atlas = Conversation::start(answers(case));
    let scene = Scene::set(case, atlas.url());
    let mut command = host.command(case["command"].as_str().unwrap_or("publish"));
    command
        .current_dir(&scene.root)
        .args(arguments(case))
        .args(["--json", "template.json"])
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
    let events = scene.plain(&String::from_utf8_lossy(&output.stderr), &url);
    let result = scene.plain(&String::from_utf8_lossy(&output.stdout), &url);
    assert!(!events.contains(TOKEN), "{}: {events}", host.name);
    assert!(!result.contains(TOKEN), "{}: {result}", host.name);
    let result = serde_json::from_str::<Value>(&result);
    let result = result.unwrap_or_else(|error| panic!("{}: {error}: {events}", host.name));
    let requests = scene.plain(&Value::from(atlas.finish()).to_string(), &url);
    drop(scene.directory);
    json!({
        "exit": output.status.code(),
        "requests": serde_json::from_str::<Value>(&requests.replace(TOKEN, "@TOKEN@")).unwrap(),
        "result": result,
        "events": events_of(&events),
    })
}

/// What a publication says step by step: not the findings, which each host draws in its own way.
fn events_of(said: &str) -> Vec<String> {
    let is_step = |line: &&str| {
        let steps = [
            "verify ",
            "find ",
            "create ",
            "make ",
            "pack ",
            "upload ",
            "see ",
            "going on ",
        ];
        steps.iter().any(|step| line.starts_with(step)) || line.contains("; trying again in ")
    };
    let lines = said.lines().filter(is_step);
    // How long is drawn at random.
    let plain = lines.map(|line| match line.split_once("; trying again in ") {
        Some((reason, _)) => format!("{reason}; trying again"),
        None => line.to_owned(),
    });
    plain.collect()
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
            let got = play(host, &case);
            differences(host.name, &cases[number], &case["wanted"], &got)
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
    let component = PostProcessor::embedded().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut wrong = Vec::new();
    for file in cases() {
        let case = read(&file);
        if case["command"] == "validate" {
            continue;
        }
        let got = runtime.block_on(alone(&component, &case));
        let Some(got) = got else { continue };
        let mut wanted = case["wanted"].clone();
        let wanted = wanted.as_object_mut().unwrap();
        let result = &wanted["result"];
        let short = json!({
            "receipts": result["receipts"],
            "error": result["error"],
        });
        wanted.insert("result".to_owned(), short);
        wanted.retain(|part, _| part == "requests" || part == "result");
        let wanted = Value::Object(std::mem::take(wanted));
        wrong.extend(differences("alone", &file, &wanted, &got));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `None` if the case ends before its first request.
async fn alone(component: &PostProcessor, case: &Value) -> Option<Value> {
    const URL: &str = "http://127.0.0.1:9";
    let scene = Scene::set(case, URL);
    let text = |name: &str| fs::read_to_string(scene.root.join(name)).ok();
    let given = arguments(case);
    let after = |option: &str| {
        let at = given.iter().position(|word| word == option)?;
        given.get(at + 1).cloned()
    };
    if case["wanted"]["exit"] == 2 {
        return None;
    }
    let mut sandbox = Sandbox::new().directory(&scene.root);
    let mut environment = Map::new();
    environment.insert("ATLAS_TOKEN".to_owned(), TOKEN.into());
    environment.insert("ATLAS_ADDRESS".to_owned(), URL.into());
    environment.extend(case["env"].as_object().cloned().unwrap_or_default());
    for (name, value) in &environment {
        if let Some(value) = value.as_str() {
            sandbox = sandbox.env(name, value);
        }
    }
    let mut variables: Vec<(String, String)> = Vec::new();
    for pair in given.windows(2) {
        match (pair[0].as_str(), pair[1].split_once('=')) {
            ("--var", Some((name, value))) => variables.push((name.to_owned(), value.to_owned())),
            ("--var-file", _) => {
                let read = text(&pair[1]).unwrap();
                let read: BTreeMap<String, String> = serde_json::from_str(&read).unwrap();
                variables.extend(read);
            }
            _ => {}
        }
    }
    let run = Run {
        template_path: Some(scene.root.join("template.json").to_str()?.to_owned()),
        working_directory: Some(scene.root.to_str()?.to_owned()),
        variables,
        ..Run::default()
    };
    let mut instance = component.instance(&sandbox).await.unwrap();
    let template = text("template.json").unwrap();
    let build_name = after("--build");
    let selected = instance.select(&template, &run, build_name.as_deref());
    let selected = selected.await.unwrap().unwrap();
    let name = &selected.build.name;
    let artifact = match text("manifest.json") {
        Some(manifest) => instance.artifact_from_manifest(&manifest, name).await,
        None => {
            instance
                .artifact_from_record(&text("artifact.json").unwrap())
                .await
        }
    };
    let mut artifact = artifact.unwrap().unwrap();
    for file in &mut artifact.files {
        *file = scene.root.join(&*file).to_str()?.to_owned();
    }
    let options = Some(atlas_host::Options {
        patience: after("--attempts").map(|attempts| Patience {
            attempts: attempts.parse().unwrap(),
            total_ms: 300_000,
        }),
        confirm: !given.iter().any(|word| word == "--no-confirm"),
    });
    let (all, build) = (&selected.post_processors, &selected.build);
    let begun = match text("checkpoint.json") {
        Some(checkpoint) => {
            instance
                .resume(all, build, &artifact, options, &checkpoint)
                .await
        }
        None => instance.begin(all, build, &artifact, options).await,
    };
    let mut publication = begun.unwrap().unwrap();

    let mut requests = Vec::new();
    let mut answers = answers(case).into_iter();
    let result = loop {
        let outcome = match publication.next().await.unwrap() {
            Step::Send(request) => {
                let bytes = match &request.body {
                    Body::Empty => Vec::new(),
                    Body::Bytes(bytes) => bytes.clone(),
                    Body::File(path) => fs::read(path).unwrap(),
                    Body::Archive => whole(&publication.archive().unwrap().file),
                };
                let mut key = String::new();
                let mut headers = Map::new();
                for header in &request.headers {
                    let name = header.name.to_lowercase();
                    let mut value = header.value.replace(TOKEN, "@TOKEN@");
                    if name == "idempotency-key" {
                        key = std::mem::replace(&mut value, "@KEY@".to_owned());
                    }
                    headers.insert(name, value.into());
                }
                let described = body(&bytes);
                let sent = match &request.body {
                    Body::File(_) | Body::Archive => Some(support::describe::sha256(&bytes)),
                    _ => None,
                };
                requests.push(json!({
                    "method": request.method, "target": request.url.strip_prefix(URL),
                    "headers": headers, "body": described,
                }));
                let answer = answers.next().unwrap();
                given_answer(&answer, &key, URL, sent, request.method == "HEAD")
            }
            Step::Pack(files) => {
                let packing = Packing {
                    level: after("--compression").map_or(6, |level| level.parse().unwrap()),
                    ..Packing::default()
                };
                publication.pack(&files, &packing, &Silent).await.unwrap()
            }
            Step::Wait(_) => Outcome::Waited,
            Step::Done(receipts) => break json!({"receipts": all_of(&receipts), "error": null}),
            Step::Failed(failure) => {
                break json!({
                    "receipts": all_of(&failure.published),
                    "error": {"code": failure.code, "message": failure.message},
                });
            }
        };
        publication.respond(&outcome).await.unwrap();
    };
    let got = json!({"requests": requests, "result": result}).to_string();
    Some(serde_json::from_str(&scene.plain(&got, URL)).unwrap())
}

fn whole(file: &fs::File) -> Vec<u8> {
    use std::os::unix::fs::FileExt;
    let mut bytes = vec![0; file.metadata().unwrap().len() as usize];
    file.read_exact_at(&mut bytes, 0).unwrap();
    bytes
}

fn given_answer(
    answer: &Value,
    key: &str,
    url: &str,
    sent_sha256: Option<String>,
    is_head: bool,
) -> Outcome {
    if answer == "lost" {
        return Outcome::NoAnswer(TransportError::Interrupted);
    }
    let fill = |text: &str| text.replace("@KEY@", key).replace("@URL@", url);
    let text = match &answer["json"] {
        Value::Null => answer["body"].as_str().unwrap_or_default().to_owned(),
        value => value.to_string(),
    };
    let headers = answer["headers"].as_object().into_iter().flatten();
    Outcome::Answered(Response {
        status: answer["status"].as_u64().unwrap() as u16,
        headers: headers
            .map(|(name, value)| (name.clone(), fill(value.as_str().unwrap())))
            .collect(),
        body: if is_head {
            Vec::new()
        } else {
            fill(&text).into()
        },
        sent_sha256,
    })
}

fn all_of(receipts: &[Receipt]) -> Vec<Value> {
    let value = |receipt: &Receipt| {
        json!({
            "slug": format!("{}/{}/{}", receipt.tag, receipt.artifact_type, receipt.version),
            "tag": receipt.tag,
            "artifact_type": receipt.artifact_type,
            "version": receipt.version,
            "id": receipt.id,
            "url": receipt.url,
            "size": receipt.size,
            "sha256": receipt.sha256,
            "confirmed": receipt.confirmed,
        })
    };
    receipts.iter().map(value).collect()
}
