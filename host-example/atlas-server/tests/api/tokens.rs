//! Tokens that people make, and their end.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Atlas, errors};

#[tokio::test]
async fn a_token_is_shown_once_listed_and_revoked() {
    let atlas = Atlas::start().await;
    let body =
        json!({"token": {"description": "CI", "organisation": "hashicorp", "access": "write"}});
    let made: Value = atlas.post("/tokens", &body).await.json().await.unwrap();
    let token = made["token"].as_str().unwrap();
    let unused = atlas.get("/tokens?organisation=hashicorp").await;
    let unused: Value = unused.json().await.unwrap();
    assert_eq!(unused["tokens"][0]["last_used_at"], Value::Null);
    assert_eq!(
        atlas
            .with_token(token, Method::GET, "/authenticate")
            .await
            .status(),
        200
    );

    let listed = atlas
        .get("/tokens?organisation=hashicorp")
        .await
        .text()
        .await
        .unwrap();
    assert!(!listed.contains(token));
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let listed = &listed["tokens"][0];
    assert_eq!(
        (&listed["id"], &listed["description"], &listed["access"]),
        (&made["id"], &json!("CI"), &json!("write"))
    );
    let last_used = listed["last_used_at"].as_str().unwrap();
    assert!(last_used >= listed["created_at"].as_str().unwrap());

    let path = format!("/tokens/{}", made["id"]);
    let revoked = atlas.request(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(revoked.status(), StatusCode::NO_CONTENT);
    errors(
        atlas.with_token(token, Method::GET, "/authenticate").await,
        401,
    )
    .await;
    let again = atlas.request(Method::DELETE, &path).send().await.unwrap();
    errors(again, 404).await;
}

#[tokio::test]
async fn a_token_ends_at_its_time() {
    let atlas = Atlas::start().await;
    let soon = atlas_time(1);
    let body = json!({"token": {"organisation": "hashicorp", "expires_at": soon}});
    let made: Value = atlas.post("/tokens", &body).await.json().await.unwrap();
    let token = made["token"].as_str().unwrap();
    crate::support::eventually("the end of the token", async || {
        atlas
            .with_token(token, Method::GET, "/authenticate")
            .await
            .status()
            == 401
    })
    .await;
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let atlas = Atlas::start().await;
    for (token, status) in [
        (json!({"access": "all"}), 422),
        (json!({"description": 5}), 422),
        (json!({"expires_at": "2001-01-01T00:00:00Z"}), 422),
        (json!({"expires_at": "tomorrow"}), 422),
        (json!({"organisation": "a/b"}), 422),
        (json!({"organisation": "nobody"}), 404),
    ] {
        errors(
            atlas.post("/tokens", &json!({ "token": token })).await,
            status,
        )
        .await;
    }
}

/// So many seconds from now.
fn atlas_time(seconds: i64) -> String {
    let time = chrono::Utc::now() + chrono::TimeDelta::seconds(seconds);
    time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
