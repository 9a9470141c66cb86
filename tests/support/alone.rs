//! A conformance case without any host's HTTP: the component's own steps and words, answered from the
//! case.

use std::fs;

use atlas_host::{
    Artifact, Body, BodySource, Component, Diagnostics, Ending, Instance, Options, Outcome, Packer,
    Reporter, Request, Response, RetryPolicy, Run, Sandbox, Selection, Silent, Source, Step, Style,
    Transfer, TransportError,
};
use serde_json::{Map, Value, json};

use super::conversation::{body, body_of, filled};
use super::describe::sha256;
use super::http::method_name;
use super::said;
use super::scene::{Scene, TOKEN, answers, arguments};

const URL: &str = "http://127.0.0.1:9";

/// What comes of a case; `None` if it is about what only a host does.
pub async fn play(component: &Component, case: &Value) -> Option<Value> {
    let scene = Scene::set(case, URL);
    let given = Given(arguments(case));
    let sandbox = sandbox(case, &scene);
    let variables = given.variables(component, &scene).await?;
    let style = Style {
        verbosity: 2,
        ..Style::default()
    };
    let reporting = component.instance(&sandbox).await.unwrap();
    let mut told = Told {
        reporter: Reporter::new(reporting, style, &variables).await.unwrap(),
        said: Vec::new(),
    };
    let instance = component.instance(&sandbox).await.unwrap();
    let begun = begin(instance, &given, &scene, variables, &mut told).await?;
    let mut requests = Vec::new();
    let ending = match begun {
        None => Ending::Refused,
        Some(publication) => {
            let packer = Packer {
                level: given.level(),
                ..Packer::new(component, &sandbox)
            };
            drive(publication, case, &packer, &mut told, &mut requests).await
        }
    };
    let report = told.reporter.finish(&ending).await.unwrap();
    told.said.extend(report.lines);
    told.said.extend(report.messages);
    let said = scene.plain(&(told.said.join("\n") + "\n"), URL);
    let requests = scene.plain(&Value::from(requests).to_string(), URL);
    let result = scene.plain(&report.json, URL);
    Some(json!({
        "exit": report.exit_status,
        "requests": serde_json::from_str::<Value>(&requests).unwrap(),
        "result": serde_json::from_str::<Value>(&result).unwrap(),
        "said": said::plain(&said),
    }))
}

struct Told {
    reporter: Reporter,
    said: Vec<String>,
}

impl Told {
    async fn findings(&mut self, Diagnostics(found): &Diagnostics) {
        let lines = self.reporter.diagnostics(found).await.unwrap();
        self.said.extend(lines);
    }

    async fn document(&mut self, source: Source, name: &str, text: &[u8]) {
        self.reporter.document(source, name, text).await.unwrap();
    }
}

/// Words of a command line.
struct Given(Vec<String>);

impl Given {
    fn after(&self, option: &str) -> Option<&str> {
        let at = self.0.iter().position(|word| word == option)?;
        self.0.get(at + 1).map(String::as_str)
    }

    fn level(&self) -> u8 {
        self.after("--compression")
            .map_or(6, |level| level.parse().unwrap())
    }

    /// None if a file of them is wrong: what is said then is a host's to collect.
    async fn variables(
        &self,
        component: &Component,
        scene: &Scene,
    ) -> Option<Vec<(String, String)>> {
        let mut variables = Vec::new();
        for pair in self.0.windows(2) {
            match (pair[0].as_str(), pair[1].split_once('=')) {
                ("--var", Some((name, value))) => {
                    variables.push((name.to_owned(), value.to_owned()));
                }
                ("--var-file", _) => {
                    let mut instance = component.instance(&Sandbox::new()).await.unwrap();
                    let text = fs::read(scene.root.join(&pair[1])).ok()?;
                    variables.extend(instance.variables(&text).await.unwrap().ok()?);
                }
                _ => {}
            }
        }
        Some(variables)
    }

    fn options(&self, checkpoint: Option<Vec<u8>>) -> Options {
        Options {
            retry: self.after("--attempts").map(|attempts| RetryPolicy {
                attempts: attempts.parse().unwrap(),
                timeout_ms: 300_000,
            }),
            confirm: !self.0.iter().any(|word| word == "--no-confirm"),
            checkpoint,
        }
    }
}

fn sandbox(case: &Value, scene: &Scene) -> Sandbox {
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
    sandbox
}

/// From the case's files to a publication: `Some(None)` if something is wrong with them, `None` if
/// one of them is not there.
async fn begin(
    mut instance: Instance,
    given: &Given,
    scene: &Scene,
    variables: Vec<(String, String)>,
    told: &mut Told,
) -> Option<Option<Transfer>> {
    let read = |name: &str| fs::read(scene.root.join(name)).ok();
    let template = read("template.json")?;
    told.document(Source::Template, "template.json", &template)
        .await;
    let run = Run {
        template_path: Some(scene.root.join("template.json").to_str()?.to_owned()),
        working_directory: Some(scene.root.to_str()?.to_owned()),
        variables,
        ..Run::default()
    };
    let selected = instance.select(&template, &run, given.after("--build"));
    let selected = match selected.await.unwrap() {
        Ok(selected) => {
            told.findings(&Diagnostics(selected.warnings.clone())).await;
            Some(selected)
        }
        Err(found) => {
            told.findings(&found).await;
            None
        }
    };
    let artifact = artifact(&mut instance, given, scene, selected.as_ref(), told).await?;
    let (Some(selected), Some(artifact)) = (selected, artifact) else {
        return Some(None);
    };
    let checkpoint = given
        .after("--resume")
        .and_then(|name| Some((name, read(name)?)));
    if let Some((name, text)) = &checkpoint {
        told.document(Source::Checkpoint, name, text).await;
    }
    let options = given.options(checkpoint.map(|(_, text)| text));
    let (all, build) = (&selected.post_processors, &selected.build);
    let begun = Transfer::publish(instance, all, build, &artifact, Some(&options)).await;
    Some(match begun.unwrap() {
        Ok(mut publication) => {
            let warnings = publication.warnings().await.unwrap();
            told.findings(&Diagnostics(warnings)).await;
            Some(publication)
        }
        Err(found) => {
            told.findings(&found).await;
            None
        }
    })
}

async fn artifact(
    instance: &mut Instance,
    given: &Given,
    scene: &Scene,
    selected: Option<&Selection>,
    told: &mut Told,
) -> Option<Option<Artifact>> {
    let manifest = given.after("--manifest");
    let name = manifest.or(given.after("--artifact"))?;
    let text = fs::read(scene.root.join(name)).ok()?;
    told.document(Source::Artifact, name, &text).await;
    let checked = match (manifest, selected) {
        (None, _) => instance.artifact_from_record(&text).await,
        (Some(_), Some(selected)) => {
            instance
                .artifact_from_manifest(&text, &selected.build)
                .await
        }
        (Some(_), None) => return Some(None),
    };
    Some(match checked.unwrap() {
        Ok((mut artifact, warnings)) => {
            told.findings(&Diagnostics(warnings)).await;
            for file in &mut artifact.files {
                *file = scene.root.join(&*file).to_str()?.to_owned();
            }
            Some(artifact)
        }
        Err(found) => {
            told.findings(&found).await;
            None
        }
    })
}

async fn drive(
    mut publication: Transfer,
    case: &Value,
    packer: &Packer,
    told: &mut Told,
    requests: &mut Vec<Value>,
) -> Ending {
    let mut answers = answers(case).into_iter();
    let mut archive = None;
    loop {
        let step = publication.next().await.unwrap();
        let lines = told.reporter.step(&step).await.unwrap();
        told.said.extend(lines);
        let outcome = match step {
            Step::Send(request) => {
                let mut ends = None;
                let bytes = match &request.body {
                    Body::Empty => Vec::new(),
                    Body::Bytes(bytes) => bytes.clone(),
                    Body::Range(part) => {
                        let whole = match &part.source {
                            BodySource::File(path) => fs::read(path).unwrap(),
                            BodySource::Archive => archive.clone().unwrap(),
                        };
                        let range = part.offset as usize..(part.offset + part.length) as usize;
                        ends = (range.end == whole.len()).then(|| sha256(&whole));
                        whole[range].to_vec()
                    }
                };
                let key = described(&request, &bytes, requests);
                answer(&answers.next().unwrap(), &key, &request, bytes.len(), ends)
            }
            Step::Pack(files) => match packer.pack(&files, &Silent).await.unwrap() {
                Ok(packed) => {
                    archive = Some(whole(&packed.file));
                    Outcome::Packed(packed.size)
                }
                Err(error) => Outcome::NotPacked(error),
            },
            Step::Wait(_) => Outcome::Waited,
            Step::Done(done) => return Ending::Done(done),
            Step::Failed(failure) => return Ending::Failed(failure),
        };
        let took = std::time::Duration::ZERO;
        let lines = told.reporter.outcome(&outcome, took).await.unwrap();
        told.said.extend(lines);
        publication.respond(&outcome, took).await.unwrap();
    }
}

/// Notes a request as the cases hold it; gives its key.
fn described(request: &Request, bytes: &[u8], requests: &mut Vec<Value>) -> String {
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
    requests.push(json!({
        "method": method_name(request.method),
        "target": request.url.strip_prefix(URL), "headers": headers, "body": body(bytes),
    }));
    key
}

fn whole(file: &fs::File) -> Vec<u8> {
    use std::os::unix::fs::FileExt;
    let mut bytes = vec![0; file.metadata().unwrap().len() as usize];
    file.read_exact_at(&mut bytes, 0).unwrap();
    bytes
}

/// The prepared answer to a request that sent so many bytes, of a file with that SHA-256 if they end it.
fn answer(
    answer: &Value,
    key: &str,
    request: &Request,
    sent: usize,
    sha256: Option<String>,
) -> Outcome {
    if answer == "lost" {
        return Outcome::NoAnswer(TransportError::Interrupted);
    }
    let fill = |text: &str| filled(text, key, URL);
    let text = fill(&body_of(answer));
    let headers = answer["headers"].as_object().into_iter().flatten();
    let mut headers: Vec<_> = headers
        .map(|(name, value)| (name.clone(), fill(value.as_str().unwrap())))
        .collect();
    if !headers.iter().any(|(name, _)| name == "Content-Length") {
        // The hosts' Atlas has a port of five digits.
        let length = text.replace(URL, "http://127.0.0.1:12345").len();
        headers.push(("Content-Length".to_owned(), length.to_string()));
    }
    Outcome::Answered(Response {
        status: answer["status"].as_u64().unwrap() as u16,
        headers,
        body: match request.method {
            atlas_host::Method::Head => Vec::new(),
            _ => text.into(),
        },
        sent: sent as u64,
        sent_sha256: sha256,
        saved: None,
    })
}
