//! What outlives a server.

use std::{fs, time::Instant};

use atlas_server::{Options, ServerError};
use serde_json::json;
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

use crate::support::{Atlas, TOKEN, options};

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
    let server = atlas_server::start(options(directory.path()))
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
    for number in 1..=3 {
        let query = format!("version={number}");
        assert_eq!(atlas.found("t", &query).await, [number]);
    }
}

#[tokio::test]
async fn one_server_at_a_time_uses_a_directory() {
    let directory = TempDir::new().unwrap();
    let options = options(directory.path()).token(TOKEN);
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
    let mut database = database(&directory).await;
    sqlx::raw_sql("INSERT INTO _sqlx_migrations SELECT 99, 'later', installed_on, 1, checksum, 0 FROM _sqlx_migrations LIMIT 1")
        .execute(&mut database)
        .await
        .unwrap();
    database.close().await.unwrap();
    let error = atlas_server::start(options).await.unwrap_err();
    assert!(error.to_string().contains("99"), "{error}");
}

/// One from before there were organisations.
#[tokio::test]
async fn an_older_database_is_brought_up_to_date() {
    let directory = TempDir::new().unwrap();
    let mut database = database(&directory).await;
    for sql in [
        include_str!("../../migrations/sqlite/1_registry.sql"),
        include_str!("../../migrations/sqlite/2_partial_uploads.sql"),
        "INSERT INTO artifacts (username, name) VALUES ('hashicorp', 'web')",
        "INSERT INTO versions (artifact, artifact_type, version, builder_id, file, build_id, compile_id)
         VALUES (1, 't', 7, 'x', 0, 0, 0)",
    ] {
        sqlx::raw_sql(sql).execute(&mut database).await.unwrap();
    }
    database.close().await.unwrap();
    let options = Options::new(directory.path()).token(TOKEN);
    let server = atlas_server::start(options).await.unwrap();
    let atlas = Atlas::around(directory, server);
    assert_eq!(atlas.found("t", "").await, [7]);
    assert_eq!(atlas.publish("t", json!({"id": "x"})).await["version"], 8);
}

async fn database(directory: &TempDir) -> SqliteConnection {
    let file = directory.path().join("atlas.db");
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true);
    options.connect().await.unwrap()
}

#[tokio::test]
async fn starting_is_quick() {
    let directory = TempDir::new().unwrap();
    let start = Instant::now();
    let _server = atlas_server::start(options(directory.path()))
        .await
        .unwrap();
    // It takes a few milliseconds; this is for a machine that has other things to do.
    assert!(start.elapsed().as_millis() < 1000);
}
