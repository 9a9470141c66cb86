//! Fills an Atlas by its API.

use std::collections::BTreeMap;

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::atlas::{Atlas, TOKEN};

/// What is done to an Atlas.
pub trait Fixture {
    /// Makes a version of `user/name/type`, with what is known of it.
    fn publish(&self, artifact: &str, version: &Value) -> Value;

    /// The same with a file.
    fn publish_file(&self, artifact: &str, version: &Value, content: &[u8]);

    /// Puts something to a path below `/api/v1`.
    fn put(&self, path: &str, body: &Value);
}

impl Fixture for Atlas {
    fn publish(&self, artifact: &str, version: &Value) -> Value {
        let mut parts = artifact.split('/');
        let keys = ["username", "name"];
        let named: BTreeMap<_, _> = keys.into_iter().zip(parts.by_ref()).collect();
        // It may be there already.
        send(
            self,
            Method::POST,
            "/artifacts",
            json!({ "artifact": named }).to_string().into(),
        );
        let path = format!("/artifacts/{artifact}");
        let body = json!({ "artifact_version": version }).to_string();
        let (status, answer) = send(self, Method::POST, &path, body.into());
        assert!(status < 300, "{status}: {answer}");
        answer
    }

    fn publish_file(&self, artifact: &str, version: &Value, content: &[u8]) {
        let mut version = version.clone();
        version["file"] = true.into();
        let made = self.publish(artifact, &version);
        let upload = made["upload_path"].as_str().unwrap().to_owned();
        let body = content.to_vec();
        let status = Runtime::new().unwrap().block_on(async {
            let sent = client().put(upload).body(body).send().await;
            sent.unwrap().status()
        });
        assert!(status.is_success(), "{status}");
    }

    fn put(&self, path: &str, body: &Value) {
        let (status, answer) = send(self, Method::PUT, path, body.to_string().into());
        assert!(status < 300, "{status}: {answer}");
    }
}

fn send(atlas: &Atlas, method: Method, path: &str, body: Vec<u8>) -> (u16, Value) {
    let url = format!("{}/api/v1{path}", atlas.url());
    let request = client()
        .request(method, url)
        .header("X-Atlas-Token", TOKEN)
        .header("Content-Type", "application/json")
        .body(body);
    Runtime::new().unwrap().block_on(async {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let body = response.bytes().await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    })
}

fn client() -> Client {
    Client::builder().tls_certs_only([]).build().unwrap()
}
