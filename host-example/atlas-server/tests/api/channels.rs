//! Channels: names that are moved from version to version.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Atlas, errors};

const CHANNELS: &str = "/artifacts/hashicorp/web/t/channels";

async fn set(atlas: &Atlas, channel: &str, version: Value) -> reqwest::Response {
    let request = atlas.request(Method::PUT, &format!("{CHANNELS}/{channel}"));
    let body = json!({"channel": {"version": version}});
    request.json(&body).send().await.unwrap()
}

#[tokio::test]
async fn a_channel_is_set_moved_listed_and_removed() {
    let atlas = Atlas::start().await;
    for _ in 1..=3 {
        atlas.publish("t", json!({"id": "x"})).await;
    }
    assert_eq!(set(&atlas, "production", json!(1)).await.status(), 200);
    assert_eq!(set(&atlas, "production", json!(2)).await.status(), 200);
    assert_eq!(set(&atlas, "beta", json!("3")).await.status(), 200);
    let listed: Value = atlas.get(CHANNELS).await.json().await.unwrap();
    assert_eq!(
        listed,
        json!({"channels": [{"name": "beta", "version": 3}, {"name": "production", "version": 2}], "next": null})
    );
    assert_eq!(atlas.found("t", "version=production").await, [2]);
    let by_name = atlas.get("/artifacts/hashicorp/web/t/production").await;
    let version: Value = by_name.json().await.unwrap();
    assert_eq!(
        (&version["version"], &version["channels"]),
        (&json!(2), &json!(["production"]))
    );

    let remove = async |channel: &str| {
        let path = format!("{CHANNELS}/{channel}");
        atlas.request(Method::DELETE, &path).send().await.unwrap()
    };
    assert_eq!(remove("production").await.status(), StatusCode::NO_CONTENT);
    errors(remove("production").await, 404).await;
    assert_eq!(atlas.found("t", "version=production").await, [] as [i64; 0]);
    errors(
        atlas.get("/artifacts/hashicorp/web/t/production").await,
        404,
    )
    .await;
}

#[tokio::test]
async fn a_channel_is_at_a_complete_version() {
    let atlas = Atlas::start().await;
    let version = atlas.publish("t", json!({"id": "x", "file": true})).await;
    errors(set(&atlas, "production", json!(1)).await, 404).await;
    errors(set(&atlas, "production", json!(2)).await, 404).await;
    atlas.put(&version, "content").await;
    assert_eq!(set(&atlas, "production", json!(1)).await.status(), 200);
    let file = atlas
        .get("/artifacts/hashicorp/web/t/production/file")
        .await;
    assert_eq!(file.text().await.unwrap(), "content");
}

#[tokio::test]
async fn what_is_no_channel_is_refused() {
    let atlas = Atlas::start().await;
    atlas.publish("t", json!({"id": "x"})).await;
    for name in ["latest", "any", "7", "a%20b", "%C3%A4"] {
        errors(set(&atlas, name, json!(1)).await, 422).await;
    }
    for version in [json!(null), json!("latest"), json!(1.5)] {
        errors(set(&atlas, "production", version).await, 422).await;
    }
}
