//! Files in an S3 store: the client sends and fetches them there.

use std::{
    fs,
    net::Ipv4Addr,
    path::{Path, PathBuf},
};

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use reqwest::{Client, Method, RequestBuilder, StatusCode, redirect::Policy};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use s3s_fs::FileSystem;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::{
    process::Process,
    support::{TOKEN, client},
};

const T: &str = "/artifacts/hashicorp/web/t";

/// A store on this machine. It verifies every signature.
pub struct Store {
    directory: TempDir,
    endpoint: String,
}

impl Store {
    pub async fn start() -> Self {
        let directory = TempDir::new().unwrap();
        fs::create_dir(directory.path().join("bucket")).unwrap();
        let mut service = S3ServiceBuilder::new(FileSystem::new(directory.path()).unwrap());
        service.set_auth(SimpleAuth::from_single("key", "secret"));
        let service = service.build();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            loop {
                let (connection, _) = listener.accept().await.unwrap();
                let io = TokioIo::new(connection);
                tokio::spawn(http1::Builder::new().serve_connection(io, service.clone()));
            }
        });
        Self {
            directory,
            endpoint,
        }
    }

    /// A server that has its files here.
    pub async fn server(&self, directory: &Path) -> Remote {
        let (directory, endpoint) = (directory.to_owned(), self.endpoint.clone());
        // The store answers meanwhile.
        let process = tokio::task::spawn_blocking(move || {
            let environment = [
                ("ATLAS_SERVER_BLOBS", "s3://bucket/some/prefix"),
                ("AWS_ENDPOINT", &endpoint),
                ("AWS_ALLOW_HTTP", "true"),
                ("AWS_REGION", "us-east-1"),
                ("AWS_ACCESS_KEY_ID", "key"),
                ("AWS_SECRET_ACCESS_KEY", "secret"),
            ];
            Process::start_with(&directory, 1024, environment)
        });
        let process = process.await.unwrap();
        let client = client();
        Remote { process, client }
    }

    fn object(&self, version: &Value) -> PathBuf {
        let bucket = self.directory.path().join("bucket/some/prefix");
        bucket.join(version["upload_token"].as_str().unwrap())
    }
}

/// A server in a process of its own.
pub struct Remote {
    process: Process,
    client: Client,
}

impl Remote {
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/api/v1{path}", self.process.url);
        self.client
            .request(method, url)
            .header("x-atlas-token", TOKEN)
    }

    pub async fn get(&self, path: &str) -> Value {
        let answer = self.request(Method::GET, path).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// Makes a version with a file in `hashicorp/web/t`, which may be there or not.
    pub async fn declare(&self) -> Value {
        let artifact = json!({"artifact": {"username": "hashicorp", "name": "web"}});
        let request = self.request(Method::POST, "/artifacts").json(&artifact);
        request.send().await.unwrap();
        let version = json!({"artifact_version": {"id": "File", "file": true}});
        let request = self.request(Method::POST, T).json(&version);
        request.send().await.unwrap().json().await.unwrap()
    }

    pub async fn send(&self, version: &Value, content: &'static str) -> StatusCode {
        let url = version["upload_path"].as_str().unwrap();
        let answer = self.client.put(url).body(content).send();
        answer.await.unwrap().status()
    }
}

#[tokio::test]
async fn a_file_goes_to_the_store_and_comes_from_there() {
    let store = Store::start().await;
    let directory = TempDir::new().unwrap();
    let server = store.server(directory.path()).await;
    let version = server.declare().await;
    let url = version["upload_path"].as_str().unwrap();
    assert!(url.starts_with(&store.endpoint), "{url}");
    assert_eq!(version.get("upload_protocol"), None);
    let search = format!("{T}/search");
    assert_eq!(
        server.get(&search).await,
        json!({"versions": [], "incomplete": [1]})
    );

    assert_eq!(server.send(&version, "content").await, StatusCode::OK);
    let found = server.get(&search).await;
    assert_eq!(found["versions"][0]["size"], 7);
    assert_eq!(found["versions"][0].get("sha256"), None);
    assert_eq!(found["incomplete"], json!([]));

    let file = format!("{T}/1/file");
    let range = server
        .request(Method::GET, &file)
        .header("range", "bytes=1-3");
    let answer = range.send().await.unwrap();
    assert!(answer.url().as_str().starts_with(&store.endpoint));
    assert_eq!(answer.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(answer.headers()["content-range"], "bytes 1-3/7");
    assert_eq!(answer.text().await.unwrap(), "ont");
    let head = server.request(Method::HEAD, &file).send().await.unwrap();
    assert_eq!(head.headers()["content-length"], "7");

    assert!(store.object(&version).exists());
    let delete = server.request(Method::DELETE, &format!("{T}/1"));
    assert_eq!(
        delete.send().await.unwrap().status(),
        StatusCode::NO_CONTENT
    );
    assert!(!store.object(&version).exists());
}

#[tokio::test]
async fn whoever_asks_for_a_version_sees_that_its_file_has_come() {
    let store = Store::start().await;
    let directory = TempDir::new().unwrap();
    let server = store.server(directory.path()).await;
    let channel = json!({"channel": {"version": 1}});
    for (method, path) in [
        (Method::GET, "/1"),
        (Method::GET, "/2/file"),
        (Method::GET, "/latest/file"),
        (Method::PUT, "/channels/stable"),
        (Method::GET, ""),
    ] {
        let version = server.declare().await;
        assert_eq!(server.send(&version, "content").await, StatusCode::OK);
        let request = server.request(method, &format!("{T}{path}")).json(&channel);
        assert_eq!(
            request.send().await.unwrap().status(),
            StatusCode::OK,
            "{path}"
        );
    }
    let all = server.get(T).await;
    assert_eq!(all["versions"].as_array().unwrap().len(), 5);

    // Also what nobody has seen goes with its version.
    let version = server.declare().await;
    assert_eq!(server.send(&version, "content").await, StatusCode::OK);
    let delete = server.request(Method::DELETE, &format!("{T}/6"));
    assert_eq!(
        delete.send().await.unwrap().status(),
        StatusCode::NO_CONTENT
    );
    assert!(!store.object(&version).exists());
}

#[tokio::test]
async fn a_url_is_good_for_one_thing() {
    let store = Store::start().await;
    let directory = TempDir::new().unwrap();
    let server = store.server(directory.path()).await;
    let version = server.declare().await;
    let url = version["upload_path"].as_str().unwrap().to_owned();
    let other = url.replace(version["upload_token"].as_str().unwrap(), "other");
    let (start, signature) = url.split_once("X-Amz-Signature=").unwrap();
    let forged = format!(
        "{start}X-Amz-Signature={}",
        signature.replace(|c| c != '0', "0")
    );
    for (method, url) in [
        (Method::PUT, other),
        (Method::PUT, forged),
        (Method::DELETE, url.clone()),
    ] {
        let request = server.client.request(method, &url).body("content");
        assert_eq!(
            request.send().await.unwrap().status(),
            StatusCode::FORBIDDEN,
            "{url}"
        );
    }
    // This server takes no file itself.
    let key = version["upload_token"].as_str().unwrap();
    let own = format!("{}/_binstore/{key}", server.process.url);
    let answer = server.client.put(own).body("content").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);

    assert_eq!(server.send(&version, "content").await, StatusCode::OK);
    let unfollowed = Client::builder().redirect(Policy::none()).build().unwrap();
    let url = format!("{}/api/v1{T}/1/file", server.process.url);
    let request = unfollowed.get(url).header("x-atlas-token", TOKEN);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::FOUND);
    let location = answer.headers()["location"].to_str().unwrap();
    assert!(location.contains("X-Amz-Signature="));
    let without = location.split_once('?').unwrap().0;
    let answer = unfollowed.get(without).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_is_no_store_is_refused_at_the_start() {
    for url in ["s3://", "https://bucket/prefix", "bucket"] {
        let directory = TempDir::new().unwrap();
        let options = crate::support::options(directory.path()).blobs(url);
        let error = atlas_server::start(options).await.unwrap_err();
        assert!(error.to_string().contains("s3://BUCKET"), "{error}");
    }
}
