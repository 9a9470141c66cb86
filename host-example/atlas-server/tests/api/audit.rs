//! Who did what.

use serde_json::{Value, json};

use crate::support::Atlas;

#[tokio::test]
async fn what_is_done_is_written_down() {
    let atlas = Atlas::start().await;
    atlas.publish("t", json!({"id": "x"})).await;
    let path = "/artifacts/hashicorp/web/t/1/revocation";
    let body = json!({"revocation": {"reason": "why not"}});
    atlas
        .request(reqwest::Method::PUT, path)
        .json(&body)
        .send()
        .await
        .unwrap();
    let audit: Value = atlas
        .get("/audit?organisation=hashicorp")
        .await
        .json()
        .await
        .unwrap();
    let lines = audit["audit"].as_array().unwrap();
    let actions: Vec<_> = lines
        .iter()
        .map(|line| line["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        actions,
        ["version.revoke", "version.create", "artifact.create"]
    );
    assert_eq!(lines[1]["who"], "token 1");
    assert_eq!(lines[1]["subject"], "hashicorp/web/t/1");
    assert!(lines[0]["subject"].as_str().unwrap().contains("why not"));
    assert_eq!(audit["next"], Value::Null);
}
