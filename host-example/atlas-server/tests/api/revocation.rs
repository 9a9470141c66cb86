//! Revoked versions, and deleted ones.

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{Atlas, errors};

async fn revoke(atlas: &Atlas, version: i64, revocation: Value) -> Response {
    let path = format!("/artifacts/hashicorp/web/t/{version}/revocation");
    let body = json!({ "revocation": revocation });
    let request = atlas.request(Method::PUT, &path).json(&body);
    request.send().await.unwrap()
}

async fn atlas() -> Atlas {
    let atlas = Atlas::start().await;
    for content in ["one", "two"] {
        atlas.publish_file("t", content).await;
    }
    let path = "/artifacts/hashicorp/web/t/channels/production";
    let body = json!({"channel": {"version": 2}});
    let request = atlas.request(Method::PUT, path).json(&body);
    assert_eq!(request.send().await.unwrap().status(), 200);
    atlas
}

#[tokio::test]
async fn a_revoked_version_is_found_by_its_number_only() {
    let atlas = atlas().await;
    let answer = revoke(&atlas, 2, json!({"reason": "it leaks <keys>"})).await;
    let version: Value = answer.json().await.unwrap();
    assert_eq!(version["revoke_reason"], "it leaks <keys>");
    assert!(version["revoke_at"].as_str().unwrap().ends_with('Z'));

    for (query, wanted) in [
        ("", &[1][..]),
        ("version=latest", &[1]),
        ("build=latest", &[1]),
        ("version=production", &[]),
        ("version=2", &[2]),
    ] {
        assert_eq!(atlas.found("t", query).await, wanted, "{query}");
    }
    for (version, content) in [("2", "two"), ("latest", "one")] {
        let path = format!("/artifacts/hashicorp/web/t/{version}/file");
        assert_eq!(atlas.get(&path).await.text().await.unwrap(), content);
    }
    errors(
        atlas
            .get("/artifacts/hashicorp/web/t/production/file")
            .await,
        404,
    )
    .await;

    let path = "/artifacts/hashicorp/web/t/2/revocation";
    let lifted = atlas.request(Method::DELETE, path).send().await.unwrap();
    assert_eq!(lifted.status(), StatusCode::OK);
    assert_eq!(atlas.found("t", "version=production").await, [2]);
}

#[tokio::test]
async fn a_revocation_to_come_changes_nothing_yet() {
    let atlas = atlas().await;
    let revocation = json!({"reason": "end of life", "at": "2199-01-01T01:00:00+01:00"});
    let version: Value = revoke(&atlas, 2, revocation).await.json().await.unwrap();
    assert_eq!(version["revoke_at"], "2199-01-01T00:00:00Z");
    for query in ["version=latest", "version=any", "version=production"] {
        assert_eq!(atlas.found("t", query).await, [2], "{query}");
    }
}

#[tokio::test]
async fn a_revocation_needs_a_reason_and_a_time() {
    let atlas = atlas().await;
    for revocation in [
        json!(null),
        json!({"reason": " "}),
        json!({"reason": "x".repeat(1001)}),
        json!({"reason": "x", "at": "tomorrow"}),
        json!({"reason": "x", "at": 5}),
    ] {
        errors(revoke(&atlas, 2, revocation).await, 422).await;
    }
    errors(revoke(&atlas, 3, json!({"reason": "x"})).await, 404).await;
}

#[tokio::test]
async fn a_deleted_version_is_gone_with_its_file_and_its_number() {
    let atlas = atlas().await;
    let delete = async |version: &str| {
        let path = format!("/artifacts/hashicorp/web/t/{version}");
        atlas.request(Method::DELETE, &path).send().await.unwrap()
    };
    assert_eq!(atlas.blobs().len(), 2);
    assert_eq!(delete("2").await.status(), StatusCode::NO_CONTENT);
    assert_eq!(atlas.blobs().len(), 1);
    errors(delete("2").await, 404).await;
    errors(delete("latest").await, 422).await;
    assert_eq!(atlas.found("t", "version=production").await, [] as [i64; 0]);
    assert_eq!(atlas.found("t", "version=2").await, [] as [i64; 0]);
    let next = atlas.publish("t", json!({"id": "x"})).await;
    assert_eq!(next["version"], 3, "a number is not given again");
}

#[tokio::test]
async fn an_upload_to_a_deleted_version_is_refused() {
    let atlas = Atlas::start().await;
    let version = atlas.publish("t", json!({"id": "x", "file": true})).await;
    let path = "/artifacts/hashicorp/web/t/1";
    let deleted = atlas.request(Method::DELETE, path).send().await.unwrap();
    assert_eq!(deleted.status(), StatusCode::NO_CONTENT);
    errors(atlas.put(&version, "content").await, 404).await;
    assert!(atlas.blobs().is_empty());
}
