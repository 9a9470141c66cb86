//! The catalogue of boxes that Vagrant reads. A real Vagrant reads it in the workspace's `tests/vagrant.rs`.

use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::support::{Atlas, SHA256, TOKEN, errors};

/// Where Vagrant asks: at the page, and since 2.4 at the API first.
const PATHS: [&str; 2] = ["/hashicorp/web", "/api/v2/vagrant/hashicorp/web"];

impl Atlas {
    /// A box with the content "content".
    async fn publish_box(&self, metadata: Value) -> i64 {
        let version = json!({"id": "x", "file": true, "metadata": metadata});
        let version = self.publish("vagrant.box", version).await;
        assert_eq!(self.put(&version, "content").await.status(), 200);
        version["version"].as_i64().unwrap()
    }

    fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.server.url());
        let request = self.client.request(method, url);
        request.header("Accept", "application/json")
    }

    /// What is at both, for the token.
    async fn boxes(&self) -> Value {
        let mut boxes = Value::Null;
        for path in PATHS {
            let answer = self.ask(Method::GET, path).bearer_auth(TOKEN).send();
            let answer: Value = answer.await.unwrap().json().await.unwrap();
            assert!(boxes.is_null() || boxes == answer, "{boxes} {answer}");
            boxes = answer;
        }
        boxes
    }

    /// Version, provider and file of all boxes.
    async fn names(&self) -> Vec<String> {
        let boxes = self.boxes().await;
        let mut names = Vec::new();
        for version in boxes["versions"].as_array().unwrap() {
            for provider in version["providers"].as_array().unwrap() {
                let [number, name, url] =
                    [&version["version"], &provider["name"], &provider["url"]]
                        .map(|text| text.as_str().unwrap());
                let file = url.rsplit('/').nth(1).unwrap();
                names.push(format!("{number} {name} {file}"));
            }
        }
        names
    }
}

async fn head(request: RequestBuilder) -> Response {
    let head = request.send().await.unwrap();
    assert_eq!(head.status(), 200);
    head
}

#[tokio::test]
async fn boxes_are_told_as_vagrant_reads_them() {
    let atlas = Atlas::start().await;
    let empty = json!({"name": "hashicorp/web", "description": "", "versions": []});
    assert_eq!(atlas.boxes().await, empty);
    atlas.publish_box(json!({"provider": "virtualbox"})).await;
    let metadata = json!({"provider": "libvirt", "version": "1.2.3", "description": "A *box*", "architecture": "arm64"});
    atlas.publish_box(metadata).await;
    let url = |number| {
        let path = format!("/api/v1/artifacts/hashicorp/web/vagrant.box/{number}/file");
        format!("{}{path}", atlas.server.url())
    };
    assert_eq!(
        atlas.boxes().await,
        json!({"name": "hashicorp/web", "description": "A *box*", "versions": [
            {"version": "1.2.3", "providers": [{
                "name": "libvirt", "url": url(2), "checksum_type": "sha256", "checksum": SHA256,
                "architecture": "arm64", "default_architecture": true}]},
            {"version": "0.1.0", "providers": [{
                "name": "virtualbox", "url": url(1), "checksum_type": "sha256", "checksum": SHA256}]},
        ]})
    );
}

#[tokio::test]
async fn vagrant_can_tell_by_a_head_that_it_is_a_catalogue() {
    let atlas = Atlas::start().await;
    for path in PATHS {
        let head = head(atlas.ask(Method::HEAD, path).bearer_auth(TOKEN)).await;
        assert_eq!(head.headers()["content-type"], "application/json", "{path}");
        assert!(head.bytes().await.unwrap().is_empty());
    }
    let page = atlas.ask(Method::GET, PATHS[0]).bearer_auth(TOKEN);
    let answer = page.send().await.unwrap();
    assert_eq!(answer.headers()["vary"], "accept");
    // A browser also takes JSON, but gets the page.
    let page = atlas
        .client
        .get(format!("{}{}", atlas.server.url(), PATHS[0]));
    let page = page.bearer_auth(TOKEN);
    let page = page.header("Accept", "text/html, application/json");
    let page = page.send().await.unwrap();
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
}

#[tokio::test]
async fn only_what_can_be_used_is_told_and_all_of_it() {
    let atlas = Atlas::start().await;
    let metadata = |provider, own| json!({"provider": provider, "version": own});
    for own in ["2.0.0", "v3", "1.0.0"] {
        atlas.publish_box(metadata("x", own)).await;
    }
    atlas.publish_box(metadata("y", "2.0.0")).await;
    atlas.publish_box(metadata("x", "2.0")).await;
    atlas.publish_box(json!(null)).await;
    let waiting = json!({"id": "x", "file": true, "metadata": metadata("x", "9.0.0")});
    atlas.publish("vagrant.box", waiting).await;
    assert_eq!(
        atlas.names().await,
        ["2.0 x 5", "2.0 y 4", "1.0.0 x 3", "0.2.0 x 2"]
    );
    let body = json!({"revocation": {"reason": "broken"}});
    let path = "/artifacts/hashicorp/web/vagrant.box/5/revocation";
    let revoked = atlas.request(Method::PUT, path).json(&body).send().await;
    assert_eq!(revoked.unwrap().status(), 200);
    assert_eq!(
        atlas.names().await,
        ["2.0.0 x 1", "2.0.0 y 4", "1.0.0 x 3", "0.2.0 x 2"]
    );
}

#[tokio::test]
async fn all_versions_are_told_however_many() {
    let atlas = Atlas::start().await;
    // More than are read together.
    let several = 101;
    for own in 0..several {
        let metadata = json!({"provider": "x", "version": format!("1.{own}.0")});
        atlas.publish_box(metadata).await;
    }
    let names = atlas.names().await;
    assert_eq!(names.len(), several);
    assert_eq!(
        (names[0].as_str(), names[several - 1].as_str()),
        ("1.100.0 x 101", "1.0.0 x 1")
    );
}

#[tokio::test]
async fn who_may_not_see_an_artifact_is_told_of_no_boxes() {
    let atlas = Atlas::start().await;
    atlas.publish_box(json!({"provider": "x"})).await;
    atlas.create("elsewhere", "x").await;
    let body = json!({"token": {"organisation": "elsewhere", "access": "own"}});
    let other: Value = atlas.post("/tokens", &body).await.json().await.unwrap();
    for path in PATHS {
        let ask = || atlas.ask(Method::GET, path);
        errors(ask().send().await.unwrap(), 401).await;
        errors(ask().bearer_auth("wrong").send().await.unwrap(), 401).await;
        let with_token = format!("{path}?access_token={TOKEN}");
        let by_url = atlas.ask(Method::GET, &with_token);
        errors(by_url.send().await.unwrap(), 401).await;
        let stranger = ask().bearer_auth(other["token"].as_str().unwrap());
        errors(stranger.send().await.unwrap(), 404).await;
        let missing = format!("{path}2");
        let missing = atlas.ask(Method::GET, &missing).bearer_auth(TOKEN);
        errors(missing.send().await.unwrap(), 404).await;
    }
    let public = json!({"artifact": {"public": true}});
    let changed = atlas
        .request(Method::PATCH, "/artifacts/hashicorp/web")
        .json(&public);
    assert_eq!(changed.send().await.unwrap().status(), 200);
    for path in PATHS {
        let boxes: Value = atlas
            .ask(Method::GET, path)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let url = boxes["versions"][0]["providers"][0]["url"]
            .as_str()
            .unwrap();
        assert_eq!(
            atlas
                .client
                .get(url)
                .send()
                .await
                .unwrap()
                .text()
                .await
                .unwrap(),
            "content"
        );
    }
}
