//! All versions of a type.

use serde_json::{Value, json};

use crate::support::{Atlas, errors};

#[tokio::test]
async fn all_versions_are_told_page_by_page() {
    let atlas = Atlas::start().await;
    let list = async |query: &str| {
        let path = format!("/artifacts/hashicorp/web/t{query}");
        atlas.get(&path).await.json::<Value>().await.unwrap()
    };
    assert_eq!(
        list("").await,
        json!({"versions": [], "incomplete": [], "next": null})
    );

    // The tenth waits for its file.
    for n in 1..=205 {
        let declared = json!({"id": format!("i{n}"), "file": n == 10});
        atlas.publish("t", declared).await;
    }
    let (mut query, mut numbers, mut waiting) = (String::new(), Vec::new(), Vec::new());
    for size in [100, 99, 5] {
        let page = list(&query).await;
        let versions = page["versions"].as_array().unwrap();
        assert_eq!(versions.len(), size);
        for version in versions {
            let number = version["version"].as_i64().unwrap();
            assert_eq!(version["id"], format!("i{number}"));
            numbers.push(number);
        }
        waiting.extend(page["incomplete"].as_array().unwrap().clone());
        query = format!("?before={}", page["next"]);
    }
    assert_eq!(query, "?before=null");
    let all: Vec<_> = (1..=205).rev().filter(|n| *n != 10).collect();
    assert_eq!((numbers, waiting), (all, vec![json!(10)]));
}

#[tokio::test]
async fn a_last_page_that_is_full_is_the_last() {
    let atlas = Atlas::start().await;
    for _ in 0..100 {
        atlas.publish("t", json!({"id": "x"})).await;
    }
    let page = atlas.get("/artifacts/hashicorp/web/t").await;
    assert_eq!(page.json::<Value>().await.unwrap()["next"], Value::Null);
}

#[tokio::test]
async fn a_list_that_cannot_be_is_refused() {
    let atlas = Atlas::start().await;
    errors(atlas.get("/artifacts/hashicorp/none/t").await, 404).await;
    for before in ["x", "", "01", "%2B1"] {
        let path = format!("/artifacts/hashicorp/web/t?before={before}");
        errors(atlas.get(&path).await, 422).await;
    }
}
