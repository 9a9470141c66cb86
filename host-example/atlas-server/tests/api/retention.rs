//! How long versions are kept.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Atlas, errors, eventually};

#[tokio::test]
async fn only_so_many_versions_are_kept_and_those_that_a_channel_is_at() {
    // The clean-up comes round at this pace.
    let atlas = Atlas::start_with(|options| options.upload_lifetime(Duration::from_secs(2))).await;
    for n in 0..5 {
        atlas.publish_file("t", &format!("content {n}")).await;
    }
    let put = atlas.request(
        Method::PUT,
        "/artifacts/hashicorp/web/t/channels/production",
    );
    let body = json!({"channel": {"version": 1}});
    assert_eq!(put.json(&body).send().await.unwrap().status(), 200);
    let changed = change(&atlas, json!({"keep_versions": 2})).await;
    assert_eq!(
        changed.json::<Value>().await.unwrap()["artifact"]["keep_versions"],
        2
    );
    eventually("the end of old versions", async || atlas.blobs().len() == 3).await;
    let listed: Value = atlas
        .get("/artifacts/hashicorp/web/t")
        .await
        .json()
        .await
        .unwrap();
    let versions = listed["versions"].as_array().unwrap();
    let numbers: Vec<_> = versions
        .iter()
        .map(|version| version["version"].as_i64().unwrap())
        .collect();
    assert_eq!(numbers, [5, 4, 1]);
}

#[tokio::test]
async fn what_is_no_limit_is_refused() {
    let atlas = Atlas::start().await;
    for wrong in [
        json!({"keep_versions": 0}),
        json!({"keep_days": "many"}),
        json!({"public": "maybe"}),
        json!(5),
    ] {
        errors(change(&atlas, wrong).await, 422).await;
    }
    let changed = change(&atlas, json!({"keep_days": 30, "keep_versions": null})).await;
    let changed: Value = changed.json().await.unwrap();
    assert_eq!(changed["artifact"]["keep_days"], 30);
    assert_eq!(changed["artifact"]["keep_versions"], Value::Null);
}

async fn change(atlas: &Atlas, change: Value) -> reqwest::Response {
    let request = atlas.request(Method::PATCH, "/artifacts/hashicorp/web");
    request
        .json(&json!({ "artifact": change }))
        .send()
        .await
        .unwrap()
}
