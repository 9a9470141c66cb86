//! What outlives a server.

use std::{fs, time::Instant};

use atlas_server::{Options, ServerError};
use serde_json::json;
use tempfile::TempDir;

use crate::support::{Atlas, TOKEN};

#[tokio::test]
async fn everything_survives_a_restart() {
    let atlas = Atlas::start().await;
    atlas.publish_file("t", "content").await;
    let mut pending = atlas
        .publish("t", json!({"id": "File", "file": true}))
        .await;
    let Atlas {
        directory, server, ..
    } = atlas;
    server.shutdown().await;

    let leftovers = ["AbCdEfGhIjKlMnOp#1", "neverAttached"]
        .map(|name| directory.path().join("blobs").join(name));
    leftovers
        .iter()
        .for_each(|file| fs::write(file, "half").unwrap());
    // The token given at the first start is accepted at this one, too.
    let server = atlas_server::start(Options::new(directory.path()))
        .await
        .unwrap();
    assert_eq!(server.token(), None);
    let atlas = Atlas::around(directory, server);
    assert_eq!(atlas.blobs().len(), 1, "what no version has is removed");
    assert_eq!(
        atlas
            .get("/artifacts/hashicorp/web/t/1/file")
            .await
            .text()
            .await
            .unwrap(),
        "content"
    );
    assert_eq!(atlas.found("t", "").await, [1]);

    let key = pending["upload_token"].as_str().unwrap();
    pending["upload_path"] = format!("{}/_binstore/{key}", atlas.server.url()).into();
    assert_eq!(atlas.put(&pending, "more").await.status(), 200);
    assert_eq!(atlas.publish("t", json!({"id": "x"})).await["version"], 3);
    assert_eq!(atlas.found("t", "").await, [3, 2, 1]);
}

#[tokio::test]
async fn one_server_at_a_time_uses_a_directory() {
    let directory = TempDir::new().unwrap();
    let options = Options::new(directory.path()).token(TOKEN);
    let server = atlas_server::start(options.clone()).await.unwrap();
    let second = atlas_server::start(options.clone()).await;
    assert!(matches!(second, Err(ServerError::InUse { .. })));
    server.shutdown().await;
    atlas_server::start(options).await.unwrap();
}

#[tokio::test]
async fn a_database_of_a_later_release_is_left_alone() {
    let directory = TempDir::new().unwrap();
    let options = Options::new(directory.path()).token(TOKEN);
    atlas_server::start(options.clone())
        .await
        .unwrap()
        .shutdown()
        .await;
    // SQLite keeps `user_version` at this place of the file's header, big-endian.
    let file = directory.path().join("atlas.db");
    let mut bytes = fs::read(&file).unwrap();
    bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
    fs::write(&file, &bytes).unwrap();
    let error = atlas_server::start(options).await.unwrap_err();
    assert!(error.to_string().contains("99"), "{error}");
}

#[tokio::test]
async fn starting_is_quick() {
    let directory = TempDir::new().unwrap();
    let start = Instant::now();
    let _server = atlas_server::start(Options::new(directory.path()))
        .await
        .unwrap();
    // It takes a few milliseconds; this is for a machine that has other things to do.
    assert!(start.elapsed().as_millis() < 1000);
}
