//! The real Atlas, on this machine, for one test.

use std::path::Path;

use atlas_server::{Options, Server};
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The token that it accepts, to be found in no output.
pub const TOKEN: &str = "test.atlasv1.f00dfeed";

/// A running Atlas. It goes when it is dropped, with its data if those are its own.
pub struct Atlas {
    runtime: Runtime,
    server: Server,
    _data: Option<TempDir>,
}

impl Atlas {
    /// A new one, without any artifact.
    pub fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut atlas = Self::on(&data.path().join("atlas"));
        atlas._data = Some(data);
        atlas
    }

    /// On what there is in a directory.
    pub fn on(data: &Path) -> Self {
        // It fails where a test before this one has done it.
        drop(rustls::crypto::ring::default_provider().install_default());
        let runtime = Runtime::new().unwrap();
        let options = Options::new(data).token(TOKEN);
        let server = runtime.block_on(atlas_server::start(options)).unwrap();
        Self {
            runtime,
            server,
            _data: None,
        }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// What is at a path below `/api/v1`: status and body.
    pub fn get(&self, path: &str) -> (u16, Vec<u8>) {
        self.answer(|client| client.get(format!("{}/api/v1{path}", self.url())))
    }

    /// The page at a path.
    pub fn page(&self, path: &str) -> String {
        let url = format!("{}{path}", self.url());
        let (status, page) = self.answer(|client| client.get(url).header("Accept", "text/html"));
        assert_eq!(status, 200, "{path}");
        String::from_utf8(page).unwrap()
    }

    /// Lets everybody read an artifact (`user/name`).
    pub fn make_public(&self, artifact: &str) {
        let url = format!("{}/api/v1/artifacts/{artifact}", self.url());
        let change = r#"{"artifact": {"public": true}}"#;
        let (status, _) = self.answer(|client| {
            let request = client.patch(url).body(change);
            request.header("Content-Type", "application/json")
        });
        assert_eq!(status, 200);
    }

    /// Sends a request with the token: status and body.
    fn answer(&self, request: impl FnOnce(&Client) -> RequestBuilder) -> (u16, Vec<u8>) {
        self.runtime.block_on(async {
            let client = Client::builder().tls_certs_only([]).build().unwrap();
            let request = request(&client).header("X-Atlas-Token", TOKEN);
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            (status, response.bytes().await.unwrap().to_vec())
        })
    }

    /// All versions of an artifact (`user/name/type`), the newest first.
    pub fn versions(&self, artifact: &str) -> Vec<Value> {
        let listing = self.listing(artifact);
        listing["versions"].as_array().cloned().unwrap_or_default()
    }

    /// All that is listed: versions, and numbers of incomplete ones; null for no such artifact.
    pub fn listing(&self, artifact: &str) -> Value {
        let (status, body) = self.get(&format!("/artifacts/{artifact}"));
        match status {
            404 => Value::Null,
            _ => {
                let listing: Value = serde_json::from_slice(&body).unwrap();
                assert_eq!(listing["next"], Value::Null, "there are more");
                listing
            }
        }
    }

    /// The file of a version (`user/name/type/number`).
    pub fn file(&self, version: &str) -> Vec<u8> {
        let (status, body) = self.get(&format!("/artifacts/{version}/file"));
        assert_eq!(status, 200);
        body
    }
}
