//! Versions that are deleted while others begin something with them.

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::Atlas;

/// How often it is tried: what meets what is a matter of luck.
const ROUNDS: usize = 25;

/// How many versions are deleted at once.
const AT_ONCE: usize = 8;

async fn status(request: reqwest::RequestBuilder) -> StatusCode {
    request.send().await.unwrap().status()
}

/// Makes versions, and does something with each while it is deleted: that succeeds, or there is no such thing.
async fn race(atlas: &Atlas, version: Value, begin: impl AsyncFn(&Value) -> StatusCode) {
    for _ in 0..ROUNDS {
        let versions = (0..AT_ONCE).map(|_| atlas.publish("t", version.clone()));
        let versions = join_all(versions).await;
        let ends = versions.iter().map(async |version| {
            let path = format!("/artifacts/hashicorp/web/t/{}", version["version"]);
            let delete = status(atlas.request(Method::DELETE, &path));
            let (begun, deleted) = tokio::join!(begin(version), delete);
            assert_eq!(deleted, StatusCode::NO_CONTENT);
            assert!(
                begun.is_success() || begun == StatusCode::NOT_FOUND,
                "{begun}"
            );
        });
        join_all(ends).await;
    }
    assert_eq!(atlas.found("t", "").await, [0; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_begins_is_begun_or_has_no_version() {
    let atlas = Atlas::start().await;
    race(
        &atlas,
        json!({"id": "File", "file": true}),
        async |version| {
            let request = atlas.client.post(version["upload_path"].as_str().unwrap());
            let request = request.header("upload-complete", "?0").body("con");
            status(request).await
        },
    )
    .await;
    assert!(atlas.blobs().is_empty(), "{:?}", atlas.blobs());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_and_an_attestation_are_there_or_have_no_version() {
    let atlas = Atlas::start().await;
    race(&atlas, json!({"id": "x"}), async |version| {
        let channel = json!({"channel": {"version": version["version"]}});
        let path = "/artifacts/hashicorp/web/t/channels/production";
        status(atlas.request(Method::PUT, path).json(&channel)).await
    })
    .await;
    race(&atlas, json!({"id": "x"}), async |version| {
        let path = format!(
            "/artifacts/hashicorp/web/t/{}/attestations",
            version["version"]
        );
        let attestation = json!({"spdxVersion": "SPDX-2.3"});
        status(atlas.request(Method::POST, &path).json(&attestation)).await
    })
    .await;
}
