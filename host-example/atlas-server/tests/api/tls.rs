//! TLS, and the URLs that are told to clients.

use std::{fs, path::Path, time::Instant};

use atlas_server::{Limits, Options};
use reqwest::{Certificate, Client};
use serde_json::json;
use tempfile::TempDir;

use super::connections::{SECOND, connect, rest};
use crate::support::{Atlas, TOKEN, client};

/// Writes a certificate and its key into the directory.
fn certify(directory: &Path) {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    fs::write(directory.join("cert.pem"), made.cert.pem()).unwrap();
    let key = made.signing_key.serialize_pem();
    fs::write(directory.join("key.pem"), key).unwrap();
}

/// Options of a server with files of TLS in its directory.
fn secure(directory: &TempDir) -> Options {
    let file = |name| directory.path().join(name);
    Options::new(directory.path())
        .token(TOKEN)
        .tls(file("cert.pem"), file("key.pem"))
}

/// A server with TLS, and a client that trusts it.
async fn start(limits: Limits) -> Atlas {
    let directory = TempDir::new().unwrap();
    certify(directory.path());
    let options = secure(&directory).limits(limits);
    let server = atlas_server::start(options).await.unwrap();
    let pem = fs::read(directory.path().join("cert.pem")).unwrap();
    drop(client());
    let client = Client::builder()
        .tls_certs_only([Certificate::from_pem(&pem).unwrap()])
        .build()
        .unwrap();
    let atlas = Atlas {
        directory,
        server,
        client,
    };
    atlas.create("hashicorp", "web").await;
    atlas
}

#[tokio::test]
async fn files_come_and_go_over_tls() {
    let atlas = start(Limits::default()).await;
    assert!(atlas.server.url().starts_with("https://127.0.0.1:"));
    let content = "content".repeat(1 << 20);
    let version = atlas.publish_file("t", &content).await;
    let upload = version["upload_path"].as_str().unwrap();
    assert!(
        upload.starts_with(&format!("{}/_binstore/", atlas.server.url())),
        "{upload}"
    );
    let file = atlas.get("/artifacts/hashicorp/web/t/1/file").await;
    assert!(file.text().await.unwrap() == content);

    let login = atlas.client.get(format!("{}/login", atlas.server.url()));
    let login = login.send().await.unwrap();
    let cookie = login.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.ends_with("; Secure"));
}

#[tokio::test]
async fn who_does_not_trust_the_certificate_or_speaks_no_tls_gets_nothing() {
    let atlas = start(Limits::default()).await;
    let url = atlas.server.url();
    assert!(client().get(&url).send().await.is_err());
    let plain = connect(atlas.address(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(!rest(&mut plain.await).await.contains("HTTP"));
}

#[tokio::test]
async fn a_handshake_that_stands_still_is_cut_and_gives_way() {
    let limits = Limits {
        head_timeout: SECOND / 2,
        ..Limits::default()
    };
    let atlas = start(limits).await;
    let start_of_one = Instant::now();
    rest(&mut connect(atlas.address(), "").await).await;
    assert!(start_of_one.elapsed() >= SECOND / 3);

    let limits = Limits {
        connections: 32,
        ..Limits::default()
    };
    let atlas = start(limits).await;
    let mut held = Vec::new();
    for _ in 0..200 {
        held.push(connect(atlas.address(), "\u{16}\u{3}").await);
    }
    let start = Instant::now();
    assert_eq!(atlas.get("/authenticate").await.status(), 200);
    assert!(start.elapsed() < 10 * SECOND, "{:?}", start.elapsed());
    atlas.server.shutdown().await;
    assert!(start.elapsed() < 20 * SECOND, "{:?}", start.elapsed());
}

#[tokio::test]
async fn wrong_files_are_named_at_the_start() {
    let directory = TempDir::new().unwrap();
    let start = async || {
        let started = atlas_server::start(secure(&directory)).await;
        started.unwrap_err().to_string()
    };
    let cert = directory.path().join("cert.pem");
    let key = directory.path().join("key.pem");
    let of = |file: &Path| format!("cannot use {} for TLS: ", file.display());

    let missing = start().await;
    assert!(missing.starts_with(&of(&cert)), "{missing}");
    assert!(missing.contains("No such file"), "{missing}");

    certify(directory.path());
    fs::copy(&key, directory.path().join("other.pem")).unwrap();
    fs::write(&key, "").unwrap();
    assert_eq!(
        start().await,
        of(&key) + "nothing of the kind is in it, as PEM"
    );

    certify(directory.path());
    fs::rename(directory.path().join("other.pem"), &key).unwrap();
    let wanted = format!("{}it is not the key of {}", of(&key), cert.display());
    assert_eq!(start().await, wanted);

    let begin = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for wrong in ["", "no PEM", "-----BEGIN CERTIFICATE-----\n", begin] {
        fs::write(&cert, wrong).unwrap();
        let error = start().await;
        assert!(error.starts_with(&of(&cert)), "{wrong:?}: {error}");
    }
}

#[tokio::test]
async fn urls_are_on_the_host_that_was_asked_or_the_public_one() {
    let atlas = Atlas::start().await;
    let make = async |atlas: &Atlas| {
        let url = format!("{}/api/v1/artifacts/hashicorp/web/t", atlas.server.url());
        let request = atlas.client.post(url).header("x-atlas-token", TOKEN);
        let version = json!({"artifact_version": {"id": "x", "file": true}});
        let request = request.header("host", "atlas.test").json(&version);
        let version: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
        version["upload_path"].as_str().unwrap().to_owned()
    };
    let upload = make(&atlas).await;
    assert!(upload.starts_with("http://atlas.test/_binstore/"));
    let public = |options: Options| options.public_url("https://atlas.example.com/");
    let atlas = Atlas::start_with(public).await;
    let upload = make(&atlas).await;
    assert!(upload.starts_with("https://atlas.example.com/_binstore/"));

    let directory = TempDir::new().unwrap();
    let options = Options::new(directory.path()).public_url("https://example.com/atlas");
    let error = atlas_server::start(options).await.unwrap_err().to_string();
    assert!(error.contains("https://example.com/atlas"), "{error}");
}
