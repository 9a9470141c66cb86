//! Lists that grow are told a page at a time.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Atlas, errors};

/// Reads a list page by page, and tells how long the pages were and what `name` is of all entries.
async fn pages(
    atlas: &Atlas,
    path: &str,
    list: &str,
    parameter: &str,
    name: &str,
) -> (Vec<usize>, Vec<Value>) {
    let separator = if path.contains('?') { '&' } else { '?' };
    let (mut lengths, mut names, mut query) = (Vec::new(), Vec::new(), String::new());
    loop {
        let page: Value = atlas
            .get(&format!("{path}{query}"))
            .await
            .json()
            .await
            .unwrap();
        let entries = page[list].as_array().unwrap();
        lengths.push(entries.len());
        names.extend(entries.iter().map(|entry| entry[name].clone()));
        match &page["next"] {
            Value::Null => return (lengths, names),
            Value::String(next) => query = format!("{separator}{parameter}={next}"),
            next => query = format!("{separator}{parameter}={next}"),
        }
    }
}

fn is_sorted_down(numbers: &[Value]) -> bool {
    numbers.is_sorted_by(|a, b| a.as_i64() > b.as_i64())
}

#[tokio::test]
async fn channels_are_told_page_by_page() {
    let atlas = Atlas::start().await;
    atlas.publish("t", json!({"id": "x"})).await;
    let channels = "/artifacts/hashicorp/web/t/channels";
    let names: Vec<_> = (0..101).map(|n| format!("c{n:03}")).collect();
    for name in &names {
        let request = atlas.request(Method::PUT, &format!("{channels}/{name}"));
        let body = json!({"channel": {"version": 1}});
        assert_eq!(request.json(&body).send().await.unwrap().status(), 200);
    }
    let found = pages(&atlas, channels, "channels", "after", "name").await;
    assert_eq!(
        found,
        (vec![100, 1], names.iter().map(|name| json!(name)).collect())
    );
    // The last one is a channel like the first.
    assert_eq!(atlas.found("t", "version=c100").await, [1]);
}

#[tokio::test]
async fn attestations_are_told_page_by_page() {
    let atlas = Atlas::start().await;
    atlas.publish("t", json!({"id": "x"})).await;
    let path = "/artifacts/hashicorp/web/t/1/attestations";
    for n in 0..101 {
        let document = json!({"spdxVersion": "SPDX-2.3", "n": n});
        assert_eq!(atlas.post(path, &document).await.status(), 200);
    }
    let (lengths, ids) = pages(&atlas, path, "attestations", "before", "id").await;
    assert_eq!(lengths, [100, 1]);
    assert!(is_sorted_down(&ids));
    errors(atlas.get(&format!("{path}?before=x")).await, 422).await;
}

#[tokio::test]
async fn tokens_and_what_was_done_are_told_page_by_page() {
    let atlas = Atlas::start().await;
    for _ in 0..100 {
        let body = json!({"token": {"organisation": "hashicorp"}});
        assert_eq!(atlas.post("/tokens", &body).await.status(), 200);
    }
    let (lengths, ids) = pages(&atlas, "/tokens", "tokens", "before", "id").await;
    // That of the administrator is the first.
    assert_eq!(lengths, [100, 1]);
    assert!(is_sorted_down(&ids) && ids.last() == Some(&json!(1)));
    let of_organisation = "/tokens?organisation=hashicorp";
    let (lengths, ids) = pages(&atlas, of_organisation, "tokens", "before", "id").await;
    // A full page that is the last tells of no other.
    assert_eq!(lengths, [100]);
    assert!(is_sorted_down(&ids));

    // An artifact was made before.
    let (lengths, ids) = pages(&atlas, "/audit", "audit", "before", "id").await;
    assert_eq!(lengths, [100, 1]);
    assert!(is_sorted_down(&ids));
    for path in ["/tokens?before=x", "/audit?before=01"] {
        errors(atlas.get(path).await, 422).await;
    }
}
