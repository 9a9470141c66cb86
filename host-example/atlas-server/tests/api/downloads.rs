//! Downloading files.

use reqwest::Method;
use serde_json::json;

use crate::support::{Atlas, errors};

#[tokio::test]
async fn a_file_is_downloaded_by_its_version() {
    let atlas = Atlas::start().await;
    atlas.publish_file("t", "first").await;
    atlas.publish_file("t", "second!").await;
    atlas
        .publish("t", json!({"id": "File", "file": true}))
        .await;
    for (path, content) in [
        ("t/1/file", "first"),
        ("t/2/file", "second!"),
        ("t/latest/file", "second!"),
        // The client's own helper leaves the version out.
        ("t/file", "second!"),
    ] {
        let answer = atlas.get(&format!("/artifacts/hashicorp/web/{path}")).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(
            answer.headers()["content-length"],
            content.len().to_string()
        );
        assert_eq!(answer.text().await.unwrap(), content, "{path}");
    }
    for path in [
        "t/3/file",
        "t/4/file",
        "t/0/file",
        "u/1/file",
        "u/latest/file",
        "u/file",
    ] {
        errors(
            atlas.get(&format!("/artifacts/hashicorp/web/{path}")).await,
            404,
        )
        .await;
    }
    errors(
        atlas.get("/artifacts/hashicorp/web/t/newest/file").await,
        422,
    )
    .await;
}

#[tokio::test]
async fn a_version_without_a_file_has_none_to_download() {
    let atlas = Atlas::start().await;
    atlas.publish("t", json!({"id": "x"})).await;
    errors(atlas.get("/artifacts/hashicorp/web/t/1/file").await, 404).await;
}

#[tokio::test]
async fn head_tells_the_size() {
    let atlas = Atlas::start().await;
    atlas.publish_file("t", "content").await;
    let answer = atlas
        .request(Method::HEAD, "/artifacts/hashicorp/web/t/1/file")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-length"], "7");
}
