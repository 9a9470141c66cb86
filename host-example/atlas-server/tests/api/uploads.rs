//! Uploads: complete or not at all, and repeatable.

use axum::{body::Body, extract::Request, middleware};
use futures_util::{StreamExt, stream};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::support::{Atlas, SHA256, TOKEN, errors, eventually, options};
use atlas_server::axum;

#[tokio::test]
async fn a_file_appears_when_it_is_complete() {
    let atlas = Atlas::start().await;
    let version = atlas
        .publish("t", json!({"id": "File", "file": true}))
        .await;
    assert_eq!(atlas.found("t", "").await, [] as [i64; 0]);
    errors(atlas.get("/artifacts/hashicorp/web/t/1/file").await, 404).await;

    let answer = atlas.put(&version, "content").await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(
        answer.json::<Value>().await.unwrap(),
        json!({"size": 7, "sha256": SHA256})
    );
    assert_eq!(atlas.found("t", "").await, [1]);
    assert_eq!(
        atlas
            .get("/artifacts/hashicorp/web/t/1/file")
            .await
            .text()
            .await
            .unwrap(),
        "content"
    );
}

#[tokio::test]
async fn an_empty_file_is_a_file() {
    let atlas = Atlas::start().await;
    atlas.publish_file("t", "").await;
    let answer = atlas.get("/artifacts/hashicorp/web/t/1/file").await;
    assert_eq!(answer.headers()["content-length"], "0");
    assert_eq!(answer.text().await.unwrap(), "");
}

#[tokio::test]
async fn a_file_of_many_parts_arrives_as_it_was_sent() {
    let atlas = Atlas::start().await;
    // Neither a multiple of a part nor of a read, and no two parts alike.
    let content: Vec<u8> = (0..9_999_999_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let version = atlas
        .publish("t", json!({"id": "File", "file": true}))
        .await;
    let answer = atlas.put(&version, content.clone()).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let path = format!("/artifacts/hashicorp/web/t/{}/file", version["version"]);
    assert!(atlas.get(&path).await.bytes().await.unwrap() == content);
}

#[tokio::test]
async fn a_file_whose_length_is_not_told_is_refused_and_may_come_again() {
    let atlas = Atlas::start().await;
    let version = atlas
        .publish("t", json!({"id": "File", "file": true}))
        .await;
    let parts = (0..9).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 70_001]));
    let body = reqwest::Body::wrap_stream(stream::iter(parts));
    let found = errors(atlas.put(&version, body).await, 411).await;
    assert_eq!(found, ["Content-Length is missing"]);
    let path = format!("/_binstore/{}", version["upload_token"].as_str().unwrap());
    let answer = atlas.raw_path("PUT", &path).await;
    assert!(answer.starts_with("HTTP/1.1 411"), "{answer}");
    assert!(atlas.blobs().is_empty());

    assert_eq!(atlas.put(&version, "content").await.status(), 200);
    assert_eq!(atlas.found("t", "").await, [1]);
}

#[tokio::test]
async fn an_aborted_upload_leaves_nothing_behind() {
    let atlas = Atlas::start().await;
    let version = atlas
        .publish("t", json!({"id": "File", "file": true}))
        .await;
    let key = version["upload_token"].as_str().unwrap();

    let half = vec![b'x'; 6 << 20];
    let mut connection = TcpStream::connect(atlas.address()).await.unwrap();
    let head = format!(
        "PUT /_binstore/{key} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n",
        half.len() * 2
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.write_all(&half).await.unwrap();
    eventually("writing", async || !atlas.blobs().is_empty()).await;
    drop(connection);
    eventually("cleaning up", async || atlas.blobs().is_empty()).await;
    assert_eq!(atlas.found("t", "").await, [] as [i64; 0]);
    errors(atlas.get("/artifacts/hashicorp/web/t/1/file").await, 404).await;

    assert_eq!(
        atlas.put(&version, "content").await.status(),
        StatusCode::OK
    );
    assert_eq!(atlas.found("t", "").await, [1]);
}

#[tokio::test]
async fn a_file_of_another_length_than_announced_is_refused() {
    // HTTP itself does not let this happen; something before the server may.
    let directory = TempDir::new().unwrap();
    let truncate = middleware::map_request(async |request: Request| {
        let (parts, body) = request.into_parts();
        let body = if parts.uri.path().starts_with("/_binstore/") {
            Body::from_stream(
                body.into_data_stream()
                    .map(|bytes| bytes.map(|bytes| bytes.slice(1..))),
            )
        } else {
            body
        };
        Request::from_parts(parts, body)
    });
    let options = options(directory.path()).token(TOKEN);
    let server = atlas_server::start_with(options, |router| router.layer(truncate))
        .await
        .unwrap();
    let atlas = Atlas::around(directory, server);
    atlas.create("hashicorp", "web").await;
    let version = atlas
        .publish("t", json!({"id": "File", "file": true}))
        .await;
    let found = errors(atlas.put(&version, "content").await, 400).await;
    assert_eq!(found, ["the file is incomplete: 6 bytes came of 7"]);
    eventually("cleaning up", async || atlas.blobs().is_empty()).await;
    assert_eq!(atlas.found("t", "").await, [] as [i64; 0]);
}

#[tokio::test]
async fn the_same_file_may_come_again_and_no_other() {
    let atlas = Atlas::start().await;
    let version = atlas.publish_file("t", "content").await;
    let answer = atlas.put(&version, "content").await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.json::<Value>().await.unwrap()["sha256"], SHA256);

    for other in ["c0ntent", "content and more", ""] {
        let found = errors(atlas.put(&version, other).await, 422).await;
        assert_eq!(found, ["The version has another file already"]);
    }
    assert_eq!(
        atlas
            .get("/artifacts/hashicorp/web/t/1/file")
            .await
            .text()
            .await
            .unwrap(),
        "content"
    );
    assert_eq!(atlas.blobs().len(), 1);
}

#[tokio::test]
async fn of_many_uploads_at_once_one_wins() {
    let atlas = Atlas::start().await;
    let version = atlas
        .publish("t", json!({"id": "File", "file": true}))
        .await;
    let puts = (0..8).map(|n| atlas.put(&version, format!("{n}").repeat(1 << 20)));
    let answers = futures_util::future::join_all(puts).await;
    let won: Vec<_> = (0..8).filter(|&n| answers[n].status() == 200).collect();
    assert_eq!(won.len(), 1);
    assert!(
        answers
            .iter()
            .all(|answer| matches!(answer.status().as_u16(), 200 | 422))
    );
    let file = atlas
        .get("/artifacts/hashicorp/web/t/1/file")
        .await
        .text()
        .await
        .unwrap();
    assert!(file == won[0].to_string().repeat(1 << 20));
    assert_eq!(atlas.blobs().len(), 1);
}

#[tokio::test]
async fn an_unknown_key_takes_no_file() {
    let atlas = Atlas::start().await;
    let version = json!({"upload_path": format!("{}/_binstore/unknown", atlas.server.url())});
    errors(atlas.put(&version, vec![0; 8 << 20]).await, 404).await;
    assert!(atlas.blobs().is_empty());
}
