//! Who may use the API.

use reqwest::{Method, StatusCode};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Atlas, client, errors, options};

#[tokio::test]
async fn an_accepted_token_is_verified() {
    let atlas = Atlas::start().await;
    let answer = atlas.get("/authenticate").await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.json::<Value>().await.unwrap().is_object());
}

#[tokio::test]
async fn every_api_request_needs_a_token() {
    let atlas = Atlas::start().await;
    let requests = [
        (Method::GET, "/authenticate"),
        (Method::POST, "/artifacts"),
        (Method::GET, "/artifacts/hashicorp/web"),
        (Method::POST, "/artifacts/hashicorp/web/t"),
        (Method::GET, "/artifacts/hashicorp/web/t"),
        (Method::GET, "/artifacts/hashicorp/web/t/search"),
        (Method::GET, "/artifacts/hashicorp/web/t/file"),
        (Method::GET, "/artifacts/hashicorp/web/t/1/file"),
        (Method::GET, "/no/such/path"),
    ];
    for (method, path) in requests {
        let url = format!("{}/api/v1{path}", atlas.server.url());
        for token in [None, Some(""), Some("wrong"), Some("test.atlasv1.tokeN")] {
            let mut request = atlas.client.request(method.clone(), &url);
            if let Some(token) = token {
                request = request.header("X-Atlas-Token", token);
            }
            let found = errors(request.send().await.unwrap(), 401).await;
            assert_eq!(found, ["Authentication failed"], "{path} {token:?}");
        }
    }
}

#[tokio::test]
async fn a_token_is_made_at_the_first_start_and_shown_once() {
    let directory = TempDir::new().unwrap();
    let server = atlas_server::start(options(directory.path()))
        .await
        .unwrap();
    let token = server.token().unwrap().to_owned();
    assert!(token.contains(".atlasv1."));
    assert!(!format!("{server:?}").contains(&token));
    assert_eq!(verify(&server.url(), &token).await, StatusCode::OK);
    server.shutdown().await;

    for file in std::fs::read_dir(directory.path()).unwrap() {
        let file = file.unwrap().path();
        let bytes = std::fs::read(&file).unwrap_or_default();
        assert!(
            !bytes
                .windows(token.len())
                .any(|bytes| bytes == token.as_bytes()),
            "{} holds the token",
            file.display()
        );
    }
    let server = atlas_server::start(options(directory.path()))
        .await
        .unwrap();
    assert_eq!(server.token(), None);
    assert_eq!(verify(&server.url(), &token).await, StatusCode::OK);
}

#[tokio::test]
async fn a_login_gets_a_token_of_its_own() {
    let directory = TempDir::new().unwrap();
    let options = options(directory.path()).login("me", "p&ss wörd");
    assert!(!format!("{options:?}").contains("p&ss"));
    let server = atlas_server::start(options).await.unwrap();

    let answer = log_in(&server.url(), "me", "p&ss wörd").await;
    assert_eq!(answer.status(), StatusCode::OK);
    let body: Value = answer.json().await.unwrap();
    let token = body["token"].as_str().unwrap();
    assert_ne!(Some(token), server.token());
    assert_eq!(verify(&server.url(), token).await, StatusCode::OK);

    for (login, password) in [("me", "wrong"), ("you", "p&ss wörd"), ("", "")] {
        errors(log_in(&server.url(), login, password).await, 401).await;
    }
}

#[tokio::test]
async fn without_an_account_nobody_logs_in() {
    let atlas = Atlas::start().await;
    errors(log_in(&atlas.server.url(), "", "").await, 401).await;
}

#[tokio::test]
async fn a_token_that_no_header_can_carry_is_refused_at_the_start() {
    for token in ["", "a b", "a\n", "ä"] {
        let directory = TempDir::new().unwrap();
        assert!(
            atlas_server::start(options(directory.path()).token(token))
                .await
                .is_err(),
            "{token:?}"
        );
    }
}

async fn verify(url: &str, token: &str) -> StatusCode {
    let request = client().get(format!("{url}/api/v1/authenticate"));
    request
        .header("X-Atlas-Token", token)
        .send()
        .await
        .unwrap()
        .status()
}

async fn log_in(url: &str, login: &str, password: &str) -> reqwest::Response {
    let form = [
        ("user[login]", login),
        ("user[password]", password),
        ("user[description]", "A test"),
    ];
    let request = client().post(format!("{url}/api/v1/authenticate"));
    request.form(&form).send().await.unwrap()
}
