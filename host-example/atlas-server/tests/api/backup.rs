//! Backups, made while a server is at work.

use std::{
    collections::HashSet,
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use atlas_server::{BackupError, Options, backup, restore};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::support::{Atlas, TOKEN};

/// How many versions are published while the backup is made.
const VERSIONS: u64 = 200;

/// A server on what was restored of a backup.
async fn restored(directory: &Path) -> Atlas {
    let data = TempDir::new().unwrap();
    let options = Options::new(data.path()).token(TOKEN);
    restore(directory, &options).await.unwrap();
    let server = atlas_server::start(options).await.unwrap();
    Atlas::around(data, server)
}

fn content(id: &str) -> Vec<u8> {
    id.repeat(1000).into_bytes()
}

/// Checks that each version of the type has its own file, and tells their numbers.
async fn check(atlas: &Atlas) -> HashSet<u64> {
    let mut numbers = HashSet::new();
    let mut page = String::new();
    loop {
        let listed = atlas
            .get(&format!("/artifacts/hashicorp/web/t{page}"))
            .await;
        let listed: Value = listed.json().await.unwrap();
        for version in listed["versions"].as_array().unwrap() {
            let number = version["version"].as_u64().unwrap();
            let path = format!("/artifacts/hashicorp/web/t/{number}/file");
            let file = atlas.get(&path).await;
            assert_eq!(file.status(), 200, "{number}");
            let file = file.bytes().await.unwrap();
            assert_eq!(file, content(version["id"].as_str().unwrap()), "{number}");
            let digest = Sha256::digest(&file);
            let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(version["sha256"], digest.as_str(), "{number}");
            numbers.insert(number);
        }
        match listed["next"].as_u64() {
            Some(next) => page = format!("?before={next}"),
            None => return numbers,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_holds_what_there_was_while_others_publish_and_delete() {
    let atlas = Arc::new(on_sqlite().await);
    let directory = TempDir::new().unwrap();
    let published = Arc::new(AtomicU64::new(0));
    let clients: Vec<_> = (0..4)
        .map(|client| {
            let (atlas, published) = (Arc::clone(&atlas), Arc::clone(&published));
            tokio::spawn(async move {
                for i in 0..VERSIONS / 4 {
                    let id = format!("{client}-{i} ");
                    let version = json!({"id": id, "file": true});
                    let version = atlas.publish("t", version).await;
                    let put = atlas.put(&version, content(&id)).await;
                    assert_eq!(put.status(), 200);
                    published.fetch_add(1, Ordering::SeqCst);
                    if i % 5 == 0 {
                        let path = format!("/artifacts/hashicorp/web/t/{}", version["version"]);
                        let deleted = atlas.request(Method::DELETE, &path).send().await.unwrap();
                        assert_eq!(deleted.status(), 204);
                    }
                }
            })
        })
        .collect();
    let mut most = 0;
    let mut backups = 0;
    while published.load(Ordering::SeqCst) < VERSIONS {
        let before = published.load(Ordering::SeqCst);
        let target = directory.path().join(backups.to_string());
        let options = Options::new(atlas.directory.path());
        let copied = backup(&options, &target).await.unwrap();
        backups += 1;
        let server = restored(&target).await;
        let numbers = check(&server).await;
        assert_eq!(numbers.len() as u64, copied.files);
        // What was there before it began is in it, but for what is deleted: one in five.
        assert!(numbers.len() as u64 >= before * 4 / 5 - before.min(4));
        most = most.max(numbers.len());
    }
    for client in clients {
        client.await.unwrap();
    }
    assert!(backups > 1 && most > 0, "{backups} backups");
    let target = directory.path().join("last");
    let options = Options::new(atlas.directory.path());
    backup(&options, &target).await.unwrap();
    let server = restored(&target).await;
    assert_eq!(check(&server).await, check(&atlas).await);
    // It goes on where the original was.
    let next = server.publish("t", json!({"id": "x"})).await;
    assert_eq!(next["version"], VERSIONS + 1);
}

#[tokio::test]
async fn a_server_runs_on_a_backup_itself() {
    let atlas = on_sqlite().await;
    atlas.publish_file("t", "content").await;
    let pending = atlas
        .publish("t", json!({"id": "File", "file": true}))
        .await;
    let target = atlas.directory.path().join("backup");
    let options = Options::new(atlas.directory.path());
    let copied = backup(&options, &target).await.unwrap();
    assert_eq!((copied.files, copied.bytes), (1, 7));
    let names = fs::read_dir(&target).unwrap();
    let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["atlas.db", "blobs"]);

    // What happens to the original then does not matter.
    let path = "/artifacts/hashicorp/web/t/1";
    let deleted = atlas.request(Method::DELETE, path).send().await.unwrap();
    assert_eq!(deleted.status(), 204);
    assert_eq!(atlas.put(&pending, "later").await.status(), 200);
    let server = atlas_server::start(Options::new(&target)).await.unwrap();
    let of_backup = Atlas::around(TempDir::new().unwrap(), server);
    assert_eq!(of_backup.found("t", "").await, [1]);
    let file = of_backup.get("/artifacts/hashicorp/web/t/1/file").await;
    assert_eq!(file.text().await.unwrap(), "content");
}

#[tokio::test]
async fn what_would_be_overwritten_or_is_no_registry_is_refused() {
    let atlas = on_sqlite().await;
    let options = Options::new(atlas.directory.path());
    let other = TempDir::new().unwrap();
    let target = other.path().join("backup");

    let error = backup(&options, other.path()).await.unwrap_err();
    assert!(matches!(error, BackupError::Exists(_)), "{error}");
    let nothing = Options::new(other.path());
    let error = backup(&nothing, &target).await.unwrap_err();
    assert!(matches!(error, BackupError::NoRegistry(_)), "{error}");
    let error = restore(other.path(), &nothing).await.unwrap_err();
    assert!(matches!(error, BackupError::NoRegistry(_)), "{error}");
    assert!(!target.exists());

    backup(&options, &target).await.unwrap();
    let error = restore(&target, &options).await.unwrap_err();
    assert!(matches!(error, BackupError::NotEmpty(_)), "{error}");

    let postgres = options.database("postgres://user:secret@127.0.0.1/atlas");
    let error = backup(&postgres, &target).await.unwrap_err().to_string();
    assert!(error.contains("pg_dump") && !error.contains("secret"));
    assert!(restore(&target, &postgres).await.is_err());
}

#[tokio::test]
async fn a_file_that_is_lost_is_no_file_that_was_deleted() {
    let atlas = on_sqlite().await;
    atlas.publish_file("t", "content").await;
    fs::remove_file(&atlas.blobs()[0]).unwrap();
    let target = atlas.directory.path().join("backup");
    let options = Options::new(atlas.directory.path());
    let error = backup(&options, &target).await.unwrap_err();
    assert!(matches!(error, BackupError::Missing(_)), "{error}");
    assert!(!target.exists(), "half a backup is none");
}

/// A backup is of SQLite and files, whatever the other tests use.
async fn on_sqlite() -> Atlas {
    Atlas::start_with(|options| Options {
        database: None,
        ..options
    })
    .await
}
