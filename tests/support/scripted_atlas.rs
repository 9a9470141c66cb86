//! An Atlas that does as a script says, and writes down what it was asked.
//!
//! The script is a golden case's `server`: which artifacts exist (`existing`), the number of the
//! last version (`version`), the only `token` it takes, and its `faults`: on which requests it
//! answers with an error, or not at all.

use std::collections::{HashMap, HashSet};
use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::describe::describe;
use super::http::{Request, kind, read_request};
use super::listening::Listening;

/// A running server. It ends with [`ScriptedAtlas::finish`].
pub struct ScriptedAtlas {
    listening: Listening,
    shared: Arc<Shared>,
}

struct Shared {
    url: String,
    script: Value,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    log: Vec<Value>,
    known: HashSet<String>,
    versions: HashMap<String, u64>,
    seen: HashMap<String, u64>,
    latest: Option<Value>,
}

/// What is answered; nothing at all if the connection is to break.
type Answer = Option<(u64, String, Vec<(String, String)>)>;

impl ScriptedAtlas {
    /// Starts one on a free port.
    pub fn start(script: &Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let existing = script["existing"].as_array().into_iter().flatten();
        let shared = Arc::new(Shared {
            url: format!("http://{address}"),
            script: script.clone(),
            state: Mutex::new(State {
                known: existing
                    .map(|slug| slug.as_str().unwrap().to_owned())
                    .collect(),
                ..State::default()
            }),
        });
        let serving = Arc::clone(&shared);
        let listening = Listening::start(listener, move |stream| serving.serve(stream));
        Self { listening, shared }
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.shared.url
    }

    /// Stops it; gives the requests that came, in their order.
    pub fn finish(self) -> Vec<Value> {
        drop(self.listening);
        std::mem::take(&mut self.shared.state.lock().unwrap().log)
    }
}

impl Shared {
    fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        while let Some(request) = read_request(&mut reader)? {
            let Some((status, body, headers)) = self.answer(&request) else {
                return Ok(());
            };
            let mut head = format!("HTTP/1.1 {status} Scripted\r\n");
            head += "Content-Type: application/json\r\n";
            head += &format!("Content-Length: {}\r\n", body.len());
            for (name, value) in headers {
                head += &format!("{name}: {value}\r\n");
            }
            stream.write_all(format!("{head}\r\n{body}").as_bytes())?;
        }
        Ok(())
    }

    fn answer(&self, request: &Request) -> Answer {
        let mut state = self.state.lock().unwrap();
        let header = |name: &str| request.headers.get(name);
        let content_type = header("content-type");
        state.log.push(json!({
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "token": header("x-atlas-token"),
            "content_type": content_type,
            "body": describe(&request.body, content_type.map_or("", String::as_str)),
        }));
        let kind = kind(&request.method, &request.path);
        let seen = state.seen.entry(kind.clone()).or_default();
        *seen += 1;
        let nth = *seen;
        match self.fault(&kind, nth) {
            Some(fault) if fault["drop"] == true => None,
            Some(fault) => {
                let text = |value: &Value| {
                    let text = value.as_str().unwrap_or_default();
                    text.replace("@PATH@", &request.path)
                };
                let headers = fault["headers"].as_object().into_iter().flatten();
                let headers = headers
                    .map(|(name, value)| (name.clone(), text(value)))
                    .collect();
                Some((
                    fault["status"].as_u64().unwrap(),
                    text(&fault["body"]),
                    headers,
                ))
            }
            None => {
                let (status, body) = self.regular_answer(&mut state, &kind, request);
                Some((
                    status,
                    body.map_or_else(String::new, |body| body.to_string()),
                    Vec::new(),
                ))
            }
        }
    }

    /// The fault that is to happen on the nth request of a kind.
    fn fault(&self, kind: &str, nth: u64) -> Option<&Value> {
        let faults = self.script["faults"].as_array()?;
        faults.iter().find(|fault| {
            let is_nth = match fault["nth"].as_array() {
                Some(times) => times.iter().any(|time| *time == nth),
                None => nth == 1,
            };
            fault["on"] == kind && is_nth
        })
    }

    fn regular_answer(
        &self,
        state: &mut State,
        kind: &str,
        request: &Request,
    ) -> (u64, Option<Value>) {
        let parts: Vec<&str> = request.path.split('/').skip(4).collect();
        match (kind, parts.as_slice()) {
            ("GET authenticate", _) => {
                let token = request.headers.get("x-atlas-token").map(String::as_str);
                let wanted = self.script["token"].as_str();
                let right = wanted.is_none() || token == wanted;
                (if right { 200 } else { 401 }, Some(json!({})))
            }
            ("GET artifact", [user, name]) => {
                let slug = format!("{user}/{name}");
                if !state.known.contains(&slug) {
                    return (404, Some(json!({})));
                }
                (
                    200,
                    Some(json!({"artifact": {"username": user, "name": name, "tag": slug}})),
                )
            }
            ("POST artifact", _) => {
                let body: Value = serde_json::from_slice(&request.body).unwrap();
                let artifact = &body["artifact"];
                let part = |name: &str| artifact[name].as_str().unwrap().to_owned();
                state
                    .known
                    .insert(format!("{}/{}", part("username"), part("name")));
                (200, Some(json!({ "artifact": artifact })))
            }
            ("POST version", [user, name, artifact_type]) => {
                let first = self.script["version"].as_u64().unwrap_or(0);
                let version = state.versions.entry(request.path.clone()).or_insert(first);
                *version += 1;
                let version = *version;
                let body: Value = serde_json::from_slice(&request.body).unwrap();
                let sent = &body["artifact_version"];
                let mut answer = json!({
                    "username": user, "name": name, "artifact_type": artifact_type,
                    "id": sent["id"], "version": version, "metadata": sent["metadata"],
                    "file": sent["file"], "slug": format!("{user}/{name}/{artifact_type}/{version}"),
                });
                if sent["file"] == true {
                    let upload = format!("{artifact_type}-{version}");
                    answer["upload_path"] = format!("{}/_binstore/{upload}", self.url).into();
                    answer["upload_token"] = upload.into();
                }
                state.latest = Some(answer.clone());
                (200, Some(answer))
            }
            ("GET search", _) => {
                let versions: Vec<_> = state.latest.iter().cloned().collect();
                (200, Some(json!({ "versions": versions })))
            }
            _ => (200, None),
        }
    }
}
