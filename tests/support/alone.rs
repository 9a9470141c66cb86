//! A conformance case without any host's HTTP: the component's own steps, answered from the case.

use std::collections::BTreeMap;
use std::fs;

use atlas_host::{
    Body, Outcome, Packing, Patience, PostProcessor, Receipt, Response, Run, Sandbox, Silent, Step,
    TransportError,
};
use serde_json::{Map, Value, json};

use super::conversation::{body, body_of, filled};
use super::describe::sha256;
use super::scene::{Scene, TOKEN, answers, arguments};

/// What comes of a case: requests and result. `None` if the case ends before its first request.
pub async fn play(component: &PostProcessor, case: &Value) -> Option<Value> {
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
                    Body::File(_) | Body::Archive => Some(sha256(&bytes)),
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
    let fill = |text: &str| filled(text, key, url);
    let text = body_of(answer);
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
