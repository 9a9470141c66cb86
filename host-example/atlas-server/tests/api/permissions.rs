//! Who may do what: a table, each cell of which is tried.

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{Atlas, TOKEN};

/// Who asks, in the order of the columns.
const CALLERS: [&str; 8] = [
    "nobody",
    "a wrong token",
    "another's",
    "another's owner",
    "read",
    "write",
    "own",
    "administrator",
];

/// What is asked for, and the statuses that the callers get: 0 is any success, 1 is not tried.
const TABLE: &[(&str, &str, &str, [u16; 8])] = &[
    ("GET", "/authenticate", "", [401, 401, 0, 0, 0, 0, 0, 0]),
    (
        "GET",
        "/artifacts/mine/private",
        "",
        [401, 401, 404, 404, 0, 0, 0, 0],
    ),
    (
        "GET",
        "/artifacts/mine/public",
        "",
        [0, 0, 0, 0, 0, 0, 0, 0],
    ),
    (
        "GET",
        "/artifacts/mine/none",
        "",
        [401, 401, 404, 404, 404, 404, 404, 404],
    ),
    (
        "GET",
        "/artifacts/mine/private/t",
        "",
        [401, 401, 404, 404, 0, 0, 0, 0],
    ),
    (
        "GET",
        "/artifacts/mine/public/t",
        "",
        [0, 0, 0, 0, 0, 0, 0, 0],
    ),
    (
        "GET",
        "/artifacts/mine/private/t/search",
        "",
        [401, 401, 404, 404, 0, 0, 0, 0],
    ),
    (
        "GET",
        "/artifacts/mine/public/t/search",
        "",
        [0, 0, 0, 0, 0, 0, 0, 0],
    ),
    (
        "GET",
        "/artifacts/mine/private/t/1",
        "",
        [401, 401, 404, 404, 0, 0, 0, 0],
    ),
    (
        "GET",
        "/artifacts/mine/private/t/file",
        "",
        [401, 401, 404, 404, 0, 0, 0, 0],
    ),
    (
        "GET",
        "/artifacts/mine/private/t/1/file",
        "",
        [401, 401, 404, 404, 0, 0, 0, 0],
    ),
    (
        "GET",
        "/artifacts/mine/public/t/1/file",
        "",
        [0, 0, 0, 0, 0, 0, 0, 0],
    ),
    (
        "GET",
        "/artifacts/mine/private/t/channels",
        "",
        [401, 401, 404, 404, 0, 0, 0, 0],
    ),
    (
        "GET",
        "/artifacts/mine/public/t/channels",
        "",
        [0, 0, 0, 0, 0, 0, 0, 0],
    ),
    (
        "GET",
        "/artifacts/mine/private/t/1/attestations",
        "",
        [401, 401, 404, 404, 0, 0, 0, 0],
    ),
    (
        "GET",
        "/artifacts/mine/public/t/1/attestations",
        "",
        [0, 0, 0, 0, 0, 0, 0, 0],
    ),
    (
        "POST",
        "/artifacts",
        r#"{"artifact":{"username":"mine","name":"new-CALLER"}}"#,
        [401, 401, 404, 404, 403, 0, 0, 0],
    ),
    (
        "POST",
        "/artifacts",
        r#"{"artifact":{"username":"nowhere","name":"new"}}"#,
        [401, 401, 404, 404, 404, 404, 404, 0],
    ),
    (
        "POST",
        "/artifacts/mine/private/t",
        r#"{"artifact_version":{"id":"x"}}"#,
        [401, 401, 404, 404, 403, 0, 0, 0],
    ),
    (
        "POST",
        "/artifacts/mine/public/t",
        r#"{"artifact_version":{"id":"x"}}"#,
        [401, 401, 404, 404, 403, 0, 0, 0],
    ),
    (
        "PUT",
        "/artifacts/mine/public/t/channels/production",
        r#"{"channel":{"version":1}}"#,
        [401, 401, 404, 404, 403, 0, 0, 0],
    ),
    (
        "PUT",
        "/artifacts/mine/public/t/1/revocation",
        r#"{"revocation":{"reason":"x"}}"#,
        [401, 401, 404, 404, 403, 0, 0, 0],
    ),
    (
        "DELETE",
        "/artifacts/mine/public/t/1/revocation",
        "",
        [401, 401, 404, 404, 403, 0, 0, 0],
    ),
    (
        "POST",
        "/artifacts/mine/public/t/1/attestations",
        r#"{"spdxVersion":"x"}"#,
        [401, 401, 404, 404, 403, 0, 0, 0],
    ),
    (
        "PATCH",
        "/artifacts/mine/public",
        r#"{"artifact":{"public":true}}"#,
        [401, 401, 404, 404, 403, 403, 0, 0],
    ),
    (
        "DELETE",
        "/artifacts/mine/public/t/99",
        "",
        [401, 401, 404, 404, 403, 403, 404, 404],
    ),
    (
        "GET",
        "/tokens?organisation=mine",
        "",
        [401, 401, 404, 404, 403, 403, 0, 0],
    ),
    (
        "POST",
        "/tokens",
        r#"{"token":{"organisation":"mine"}}"#,
        [401, 401, 404, 404, 403, 403, 0, 0],
    ),
    (
        "POST",
        "/tokens",
        r#"{"token":{"access":"own"}}"#,
        [401, 401, 403, 403, 403, 403, 403, 0],
    ),
    (
        "DELETE",
        "/tokens/1",
        "",
        [401, 401, 404, 404, 404, 404, 404, 1],
    ),
    (
        "GET",
        "/audit?organisation=mine",
        "",
        [401, 401, 404, 404, 403, 403, 0, 0],
    ),
    ("GET", "/audit", "", [401, 401, 403, 403, 403, 403, 403, 0]),
    (
        "GET",
        "/no/such/path",
        "",
        [401, 401, 404, 404, 404, 404, 404, 404],
    ),
];

#[tokio::test]
async fn everybody_may_do_what_the_table_says() {
    let atlas = Atlas::start().await;
    for (user, name) in [("mine", "private"), ("mine", "public"), ("other", "x")] {
        atlas.create(user, name).await;
    }
    for name in ["private", "public"] {
        let path = format!("/artifacts/mine/{name}/t");
        let body = json!({"artifact_version": {"id": "x", "file": true}});
        let version: Value = atlas.post(&path, &body).await.json().await.unwrap();
        assert_eq!(atlas.put(&version, "content").await.status(), 200);
    }
    let public = json!({"artifact": {"public": true}});
    let request = atlas.request(Method::PATCH, "/artifacts/mine/public");
    assert_eq!(request.json(&public).send().await.unwrap().status(), 200);

    let mut tokens = vec![None, Some("wrong".to_owned())];
    for (organisation, access) in [
        ("other", "write"),
        ("other", "own"),
        ("mine", "read"),
        ("mine", "write"),
        ("mine", "own"),
    ] {
        let body = json!({"token": {"organisation": organisation, "access": access}});
        let made: Value = atlas.post("/tokens", &body).await.json().await.unwrap();
        tokens.push(Some(made["token"].as_str().unwrap().to_owned()));
    }
    tokens.push(Some(TOKEN.to_owned()));

    for (method, path, body, wanted) in TABLE {
        for ((caller, token), wanted) in CALLERS.iter().zip(&tokens).zip(wanted) {
            // The administrator's token is needed further on.
            if *wanted == 1 {
                continue;
            }
            let body = body.replace("CALLER", &caller.replace(' ', "-"));
            let answer = ask(&atlas, method, path, body, token.as_deref()).await;
            let status = answer.status();
            let is_wanted = match wanted {
                0 => status.is_success(),
                wanted => status.as_u16() == *wanted,
            };
            assert!(
                is_wanted,
                "{method} {path} by {caller}: {status}, wanted {wanted}"
            );
        }
    }
}

async fn ask(
    atlas: &Atlas,
    method: &str,
    path: &str,
    body: String,
    token: Option<&str>,
) -> Response {
    let url = format!("{}/api/v1{path}", atlas.server.url());
    let mut request = atlas
        .client
        .request(method.parse().unwrap(), url)
        .body(body);
    if let Some(token) = token {
        request = request.header("X-Atlas-Token", token);
    }
    request.send().await.unwrap()
}
