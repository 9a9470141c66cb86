//! A server for one test, and what tests say to it.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use atlas_server::{Options, Server};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::cluster;

/// The token of every test's server.
pub const TOKEN: &str = "test.atlasv1.token";

/// The SHA-256 of "content".
pub const SHA256: &str = "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73";

/// A server in a directory of its own, with the artifact `hashicorp/web`.
pub struct Atlas {
    pub directory: TempDir,
    pub server: Server,
    pub client: Client,
}

/// A client, with the TLS of the workspace's other one: features of a crate are those of all who
/// use it.
pub fn client() -> Client {
    // It fails where a test before this one has done it.
    drop(rustls::crypto::ring::default_provider().install_default());
    Client::new()
}

/// The options of a server in a directory, on PostgreSQL if this is the test program for that.
pub fn options(directory: &Path) -> Options {
    let options = Options::new(directory);
    if env!("CARGO_CRATE_NAME") == "postgres" {
        let name = directory.file_name().unwrap().to_str().unwrap();
        options.database(cluster::database(name))
    } else {
        options
    }
}

impl Atlas {
    pub async fn start() -> Self {
        Self::start_with(|options| options).await
    }

    /// A server with other options.
    pub async fn start_with(change: impl FnOnce(Options) -> Options) -> Self {
        let directory = TempDir::new().unwrap();
        let options = change(options(directory.path()).token(TOKEN));
        let server = atlas_server::start(options).await.unwrap();
        let atlas = Self::around(directory, server);
        atlas.create("hashicorp", "web").await;
        atlas
    }

    pub fn around(directory: TempDir, server: Server) -> Self {
        Self {
            directory,
            server,
            client: client(),
        }
    }

    /// A request with the token; `path` follows `/api/v1`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/api/v1{path}", self.server.url());
        self.client
            .request(method, url)
            .header("X-Atlas-Token", TOKEN)
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Response {
        self.request(Method::POST, path)
            .json(body)
            .send()
            .await
            .unwrap()
    }

    /// A request with another token.
    pub async fn with_token(&self, token: &str, method: Method, path: &str) -> Response {
        let url = format!("{}/api/v1{path}", self.server.url());
        let request = self
            .client
            .request(method, url)
            .header("X-Atlas-Token", token);
        request.send().await.unwrap()
    }

    pub async fn create(&self, user: &str, name: &str) {
        let body = json!({"artifact": {"username": user, "name": name}});
        assert_eq!(
            self.post("/artifacts", &body).await.status(),
            StatusCode::OK
        );
    }

    /// Makes a version of `hashicorp/web/TYPE` and returns it.
    pub async fn publish(&self, artifact_type: &str, version: Value) -> Value {
        let path = format!("/artifacts/hashicorp/web/{artifact_type}");
        let answer = self
            .post(&path, &json!({"artifact_version": version}))
            .await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.unwrap()
    }

    /// Makes a version of `hashicorp/web/TYPE` with a file.
    pub async fn publish_file(&self, artifact_type: &str, content: &str) -> Value {
        let version = self
            .publish(artifact_type, json!({"id": "File", "file": true}))
            .await;
        assert_eq!(
            self.put(&version, content.to_owned()).await.status(),
            StatusCode::OK
        );
        version
    }

    pub async fn put(&self, version: &Value, content: impl Into<reqwest::Body>) -> Response {
        let url = version["upload_path"].as_str().unwrap();
        let body = content.into();
        let mut request = self.client.put(url);
        if let Some([]) = body.as_bytes() {
            // The client leaves it out where there is nothing.
            request = request.header("content-length", 0);
        }
        request.body(body).send().await.unwrap()
    }

    /// The numbers that a search in `hashicorp/web/TYPE` finds.
    pub async fn found(&self, artifact_type: &str, query: &str) -> Vec<i64> {
        let answer = self
            .get(&format!(
                "/artifacts/hashicorp/web/{artifact_type}/search?{query}"
            ))
            .await;
        assert_eq!(answer.status(), StatusCode::OK, "{query}");
        let body: Value = answer.json().await.unwrap();
        let versions = body["versions"].as_array().unwrap();
        versions
            .iter()
            .map(|version| version["version"].as_i64().unwrap())
            .collect()
    }

    /// The names of the files that hold uploads.
    pub fn blobs(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.directory.path().join("blobs")).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    pub fn address(&self) -> SocketAddr {
        let url = self.server.url();
        let (_, address) = url.split_once("://").unwrap();
        address.parse().unwrap()
    }

    /// Sends bytes as they are, for what a well-behaved client does not send, and reads the answer.
    pub async fn raw(&self, request: &str) -> String {
        let mut connection = TcpStream::connect(self.address()).await.unwrap();
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        answer
    }

    /// A request for a path exactly as written; `url` and reqwest would tidy it up.
    pub async fn raw_path(&self, method: &str, path: &str) -> String {
        self.raw(&format!(
            "{method} {path} HTTP/1.1\r\nHost: x\r\nX-Atlas-Token: {TOKEN}\r\nConnection: close\r\n\r\n"
        ))
        .await
    }
}

/// Checks that an answer is `{"errors":["…"]}` with this status, and returns the errors.
pub async fn errors(answer: Response, status: u16) -> Vec<String> {
    assert_eq!(answer.status().as_u16(), status);
    assert_eq!(answer.headers()["content-type"], "application/json");
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body.as_object().unwrap().len(), 1);
    let errors: Vec<String> = serde_json::from_value(body["errors"].clone()).unwrap();
    assert!(!errors.is_empty() && errors.iter().all(|error| !error.is_empty()));
    errors
}

/// Waits until `condition` holds.
pub async fn eventually(what: &str, condition: impl AsyncFn() -> bool) {
    for _ in 0..3000 {
        if condition().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{what} did not happen");
}
