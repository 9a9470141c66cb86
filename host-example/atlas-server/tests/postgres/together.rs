//! Several servers with one database.

use std::collections::BTreeSet;

use atlas_server::Server;
use futures_util::future::{join_all, try_join};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    s3::Store,
    support::{Atlas, TOKEN, client, errors, options},
};

const CLIENTS: i64 = 32;
const VERSIONS: i64 = 1000;

/// Two servers, started at once on a database that is empty.
async fn two() -> (Atlas, Server, TempDir) {
    let [first, second] = [(); 2].map(|()| TempDir::new().unwrap());
    let options_of_first = options(first.path()).token(TOKEN);
    let mut options_of_second = options_of_first.clone();
    options_of_second.data = second.path().to_owned();
    let (one, other) = try_join(
        atlas_server::start(options_of_first),
        atlas_server::start(options_of_second),
    )
    .await
    .unwrap();
    (Atlas::around(first, one), other, second)
}

#[tokio::test]
async fn servers_that_start_at_once_both_come_up() {
    for _ in 0..5 {
        let (one, other, _directory) = two().await;
        one.create("hashicorp", "web").await;
        let url = format!("{}/api/v1/artifacts/hashicorp/web", other.url());
        let answer = client().get(url).header("x-atlas-token", TOKEN).send();
        assert_eq!(answer.await.unwrap().status(), StatusCode::OK);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_complete_and_none_is_double() {
    let (one, other, _directory) = two().await;
    one.create("hashicorp", "web").await;
    let clients = (0..CLIENTS).map(|index| {
        let server = if index % 2 == 0 {
            one.server.url()
        } else {
            other.url()
        };
        let url = format!("{server}/api/v1/artifacts/hashicorp/web/t");
        tokio::spawn(async move {
            let client = client();
            let body = json!({"artifact_version": {"id": "x"}});
            let mut numbers = Vec::new();
            for _ in (index..VERSIONS).step_by(CLIENTS as usize) {
                let request = client.post(&url).header("x-atlas-token", TOKEN).json(&body);
                let answer = request.send().await.unwrap();
                assert_eq!(answer.status(), StatusCode::OK);
                let version: Value = answer.json().await.unwrap();
                numbers.push(version["version"].as_i64().unwrap());
            }
            numbers
        })
    });
    let numbers: Vec<i64> = join_all(clients)
        .await
        .into_iter()
        .flat_map(Result::unwrap)
        .collect();
    assert_eq!(numbers.len() as i64, VERSIONS);
    assert_eq!(BTreeSet::from_iter(numbers), (1..=VERSIONS).collect());
    assert_eq!(one.found("t", "").await, [VERSIONS]);
}

#[tokio::test]
async fn an_idempotency_key_makes_one_version_with_both_servers() {
    let (one, other, _directory) = two().await;
    one.create("hashicorp", "web").await;
    let requests = (0..20).map(|index| {
        let server = if index % 2 == 0 {
            one.server.url()
        } else {
            other.url()
        };
        let request = one
            .client
            .post(format!("{server}/api/v1/artifacts/hashicorp/web/t"));
        let request = request
            .header("x-atlas-token", TOKEN)
            .header("idempotency-key", "\"one\"");
        request
            .json(&json!({"artifact_version": {"id": "x", "file": true}}))
            .send()
    });
    for answer in join_all(requests).await {
        let version: Value = answer.unwrap().json().await.unwrap();
        assert_eq!(version["version"], 1);
    }
}

#[tokio::test]
async fn servers_with_one_store_need_no_directory_and_see_the_same_files() {
    let store = Store::start().await;
    let directory = TempDir::new().unwrap();
    let unused = directory.path().join("unused");
    let one = store.server(&unused).await;
    let other = store.server(&unused).await;
    let version = one.declare().await;
    assert_eq!(one.send(&version, "content").await, StatusCode::OK);
    let found = other.get("/artifacts/hashicorp/web/t/search").await;
    assert_eq!(found["versions"][0]["size"], 7);
    let file = one.request(Method::GET, "/artifacts/hashicorp/web/t/latest/file");
    assert_eq!(file.send().await.unwrap().text().await.unwrap(), "content");
    assert!(!unused.exists());
}

/// PostgreSQL has none, and SQLite takes them.
#[tokio::test]
async fn a_zero_byte_is_the_clients_fault() {
    let atlas = Atlas::start().await;
    let version = json!({"artifact_version": {"id": "a\0b"}});
    errors(
        atlas.post("/artifacts/hashicorp/web/t", &version).await,
        400,
    )
    .await;
    let upload = format!("{}/_binstore/a%00b", atlas.server.url());
    errors(
        atlas.client.put(upload).body("x").send().await.unwrap(),
        400,
    )
    .await;
}
