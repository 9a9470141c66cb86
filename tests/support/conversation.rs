//! An Atlas that gives prepared answers, one after the other, and writes down every request to the
//! last byte.

use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Map, Value, json};

use super::describe::sha256;
use super::http::{Request, read_request};
use super::listening::Listening;

/// Headers that HTTP libraries add or choose to write in their own way.
const OF_LIBRARIES: [&str; 5] = [
    "accept",
    "connection",
    "content-length",
    "host",
    "keep-alive",
];

/// A running server. It ends with [`Conversation::finish`].
pub struct Conversation {
    listening: Listening,
    shared: Arc<Shared>,
}

struct Shared {
    url: String,
    answers: Vec<Value>,
    requests: Mutex<Vec<Value>>,
}

impl Conversation {
    /// Starts one that gives these answers: `{"status", "headers", "body" or "json"}`, perhaps with
    /// `"cut": true`, after which the connection is closed, or `"lost"`.
    pub fn start(answers: Vec<Value>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            url: format!("http://{address}"),
            answers,
            requests: Mutex::default(),
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
        std::mem::take(&mut self.shared.requests.lock().unwrap())
    }
}

impl Shared {
    fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        while let Some(request) = read_request(&mut reader)? {
            let key = request.headers.get("idempotency-key").cloned();
            let key = key.unwrap_or_default();
            let is_head = request.method == "HEAD";
            let answer = {
                let mut requests = self.requests.lock().unwrap();
                let answer = self.answers.get(requests.len()).cloned();
                requests.push(describe(&request));
                answer.unwrap_or(json!({"status": 599, "body": "nobody knows what to answer"}))
            };
            if answer == "lost" {
                return Ok(());
            }
            let fill = |text: &str| filled(text, &key, &self.url);
            let body = fill(&body_of(&answer));
            let mut head = format!("HTTP/1.1 {} Prepared\r\n", answer["status"]);
            for (name, value) in answer["headers"].as_object().into_iter().flatten() {
                head += &format!("{name}: {}\r\n", fill(value.as_str().unwrap()));
            }
            if answer["headers"].get("Content-Length").is_none() {
                head += &format!("Content-Length: {}\r\n", body.len());
            }
            let body = if is_head { "" } else { &body };
            stream.write_all(format!("{head}\r\n{body}").as_bytes())?;
            // Less than was announced.
            if answer["cut"] == true {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// The body of a prepared answer.
pub fn body_of(answer: &Value) -> String {
    match &answer["json"] {
        Value::Null => answer["body"].as_str().unwrap_or_default().to_owned(),
        value => value.to_string(),
    }
}

/// A text of a prepared answer, with the request's key and the URL of the server.
pub fn filled(text: &str, key: &str, url: &str) -> String {
    text.replace("@KEY@", key).replace("@URL@", url)
}

/// A request as cases hold it. Keys of requests are random: each is `@KEY@`.
fn describe(request: &Request) -> Value {
    let mut headers: Map<String, Value> = Map::new();
    for (name, value) in &request.headers {
        if name == "idempotency-key" {
            headers.insert(name.clone(), "@KEY@".into());
        } else if !OF_LIBRARIES.contains(&name.as_str()) {
            headers.insert(name.clone(), value.as_str().into());
        }
    }
    let declared = request.headers.get("content-length");
    let is_declared = declared.is_none_or(|length| length == &request.body.len().to_string());
    assert!(is_declared && !request.headers.contains_key("transfer-encoding"));
    let target = match request.query.as_str() {
        "" => request.path.clone(),
        query => format!("{}?{query}", request.path),
    };
    json!({
        "method": request.method, "target": target, "headers": headers, "body": body(&request.body),
    })
}

/// A body: nothing, the text itself, or what identifies its bytes.
pub fn body(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok("") => Value::Null,
        Ok(text) if text.starts_with('{') => text.into(),
        _ => json!({"size": bytes.len(), "sha256": sha256(bytes)}),
    }
}
