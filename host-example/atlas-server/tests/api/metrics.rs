//! What whoever runs the server can ask it.

use reqwest::{Client, Method};
use serde_json::json;

use super::connections::connect;
use crate::support::{Atlas, errors, eventually};

async fn get(atlas: &Atlas, path: &str) -> reqwest::Response {
    let url = format!("{}{path}", atlas.server.url());
    Client::new().get(url).send().await.unwrap()
}

async fn metrics(atlas: &Atlas) -> String {
    let answer = get(atlas, "/metrics").await;
    assert_eq!(answer.status(), 200);
    let content_type = answer.headers()["content-type"].to_str().unwrap();
    assert!(content_type.starts_with("application/openmetrics-text;"));
    answer.text().await.unwrap()
}

/// Whether all of these lines are told.
fn has(metrics: &str, wanted: &[&str]) {
    for line in wanted {
        assert!(
            metrics.lines().any(|has| has == *line),
            "{line}:\n{metrics}"
        );
    }
}

#[tokio::test]
async fn a_healthy_server_says_so_without_a_token() {
    let atlas = Atlas::start().await;
    let answer = get(&atlas, "/healthz").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.text().await.unwrap(), "ok");
}

#[tokio::test]
async fn nobody_is_told_what_is_counted_unless_that_is_wanted() {
    let atlas = Atlas::start().await;
    errors(get(&atlas, "/metrics").await, 404).await;
}

#[tokio::test]
async fn requests_files_and_versions_are_counted() {
    let atlas = Atlas::start_with(|options| options.metrics(true)).await;
    let version = atlas.publish_file("t", "content").await;
    let key = version["upload_token"].as_str().unwrap();
    for _ in 0..2 {
        let version = json!({"artifact_version": {"id": "x"}});
        let request = atlas.request(Method::POST, "/artifacts/hashicorp/web/t");
        let request = request.header("idempotency-key", "one").json(&version);
        assert_eq!(request.send().await.unwrap().status(), 200);
    }
    let file = "/artifacts/hashicorp/web/t/1/file";
    atlas.get(file).await.bytes().await.unwrap();
    let part = atlas
        .request(Method::GET, file)
        .header("range", "bytes=0-2");
    part.send().await.unwrap().bytes().await.unwrap();
    atlas.request(Method::HEAD, file).send().await.unwrap();
    atlas.get("/artifacts/hashicorp/web/t/99/file").await;
    get(&atlas, "/any/thing/else").await;
    get(&atlas, "/any/thing").await;
    let made_up = Method::from_bytes(b"BREW").unwrap();
    atlas.request(made_up, "/artifacts").send().await.unwrap();

    let told = metrics(&atlas).await;
    let of_file = r#"route="/api/v1/artifacts/{user}/{name}/{type}/{version}/file""#;
    has(
        &told,
        &[
            r#"atlas_requests_total{method="PUT",route="/_binstore/{key}",status="200"} 1"#,
            r#"atlas_requests_total{method="POST",route="/api/v1/artifacts/{user}/{name}/{type}",status="200"} 3"#,
            &format!(r#"atlas_requests_total{{method="GET",{of_file},status="200"}} 1"#),
            &format!(r#"atlas_requests_total{{method="GET",{of_file},status="206"}} 1"#),
            &format!(r#"atlas_requests_total{{method="GET",{of_file},status="404"}} 1"#),
            &format!(r#"atlas_request_duration_seconds_count{{method="GET",{of_file}}} 3"#),
            r#"atlas_requests_total{method="GET",route="other",status="404"} 1"#,
            r#"atlas_requests_total{method="other",route="/api/v1/artifacts",status="405"} 1"#,
            r#"atlas_requests_total{method="GET",route="/{user}/{name}",status="401"} 1"#,
            "atlas_received_bytes_total 7",
            "atlas_sent_bytes_total 10",
            "atlas_versions_created_total 2",
            "atlas_uploads 0",
        ],
    );
    for secret in [key, "hashicorp", "thing", "BREW"] {
        assert!(!told.contains(secret), "{secret}:\n{told}");
    }
}

#[tokio::test]
async fn connections_and_uploads_are_counted_while_they_are_there() {
    let atlas = Atlas::start_with(|options| options.metrics(true)).await;
    let version = atlas.publish("t", json!({"id": "x", "file": true})).await;
    let key = version["upload_token"].as_str().unwrap();
    let told = |line: &'static str| {
        let atlas = &atlas;
        async move || metrics(atlas).await.lines().any(|told| told == line)
    };
    // One is of `atlas`, and one of who asks.
    eventually("one connection", told("atlas_connections 2")).await;
    let put = format!("PUT /_binstore/{key} HTTP/1.1\r\nHost: x\r\nContent-Length: 7\r\n\r\ncon");
    let upload = connect(atlas.address(), &put).await;
    eventually("an upload", told("atlas_uploads 1")).await;
    eventually("its connection", told("atlas_connections 3")).await;
    drop(upload);
    eventually("its end", told("atlas_uploads 0")).await;
    eventually("that of its connection", told("atlas_connections 2")).await;
}
