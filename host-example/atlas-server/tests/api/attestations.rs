//! What is said about versions.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Atlas, errors};

const ATTESTATIONS: &str = "/artifacts/hashicorp/web/t/1/attestations";

#[tokio::test]
async fn attestations_are_attached_listed_and_read() {
    let atlas = Atlas::start().await;
    atlas.publish("t", json!({"id": "x"})).await;
    let bom = json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": []});
    let added: Value = atlas.post(ATTESTATIONS, &bom).await.json().await.unwrap();
    assert_eq!(added["attestation"]["kind"], "cyclonedx");
    let listed: Value = atlas.get(ATTESTATIONS).await.json().await.unwrap();
    let listed = &listed["attestations"][0];
    assert_eq!(
        (&listed["id"], &listed["kind"]),
        (&added["attestation"]["id"], &json!("cyclonedx"))
    );
    let path = format!("{ATTESTATIONS}/{}", listed["id"]);
    let read: Value = atlas.get(&path).await.json().await.unwrap();
    assert_eq!(read, bom);

    errors(atlas.post(ATTESTATIONS, &json!({"any": 1})).await, 422).await;
    errors(atlas.get(&format!("{ATTESTATIONS}/999")).await, 404).await;
    errors(
        atlas
            .post("/artifacts/hashicorp/web/t/2/attestations", &bom)
            .await,
        404,
    )
    .await;
}

#[tokio::test]
async fn they_go_with_their_version() {
    let atlas = Atlas::start().await;
    atlas.publish("t", json!({"id": "x"})).await;
    atlas
        .post(ATTESTATIONS, &json!({"spdxVersion": "SPDX-2.3"}))
        .await;
    let path = "/artifacts/hashicorp/web/t/1";
    let deleted = atlas.request(Method::DELETE, path).send().await.unwrap();
    assert_eq!(deleted.status(), 204);
    let listed: Value = atlas.get(ATTESTATIONS).await.json().await.unwrap();
    assert_eq!(listed["attestations"], json!([]));
}
