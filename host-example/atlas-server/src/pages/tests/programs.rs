//! Pages that programs ask for, too.

use reqwest::header::ACCEPT;
use serde_json::{Value, json};

use super::support::{Registry, TOKEN};

#[tokio::test]
async fn browsers_get_errors_as_pages_and_programs_as_json() {
    let registry = Registry::start().await;
    let mut browser = registry.browser();
    for path in ["/a/b/c", "/api/v1/nothing", "/_style/other.css"] {
        let page = browser.get(path).await.1;
        assert!(page.starts_with("<!DOCTYPE html>"), "{path}: {page}");
        let answer = registry
            .client
            .get(registry.url(path))
            .send()
            .await
            .unwrap();
        let errors: Value = answer.json().await.unwrap();
        assert!(errors["errors"][0].is_string(), "{path}");
    }
    let request = registry.client.delete(registry.url("/"));
    assert_eq!(browser.send(request).await.status(), 405);
    let page = browser.get("/").await.1;
    let style = page.split_once("stylesheet\" href=\"").unwrap().1;
    let style = style.split_once('"').unwrap().0;
    let answer = registry
        .client
        .get(registry.url(style))
        .send()
        .await
        .unwrap();
    assert!(
        answer.headers()["cache-control"]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    assert_eq!(answer.headers()["content-type"], "text/css; charset=utf-8");
}

#[tokio::test]
async fn vagrant_finds_boxes_and_a_session_downloads() {
    let registry = Registry::start().await;
    for version in ["", "1.2.3"] {
        let metadata = json!({"provider": "libvirt", "version": version, "description": "A *box*"});
        let body = json!({"artifact_version": {"id": "x", "file": true, "metadata": metadata}});
        let version = registry.api("/artifacts/acme/web/vagrant.box", &body).await;
        let upload = registry
            .client
            .put(version["upload_path"].as_str().unwrap());
        upload.body("content").send().await.unwrap();
    }
    let ask = async |token: &str| {
        let request = registry.client.get(registry.url("/acme/web"));
        let request = request
            .header(ACCEPT, "application/json")
            .bearer_auth(token);
        request.send().await.unwrap()
    };
    assert_eq!(ask("wrong").await.status(), 401);
    let boxes: Value = ask(TOKEN).await.json().await.unwrap();
    assert_eq!(boxes["name"], "acme/web");
    assert_eq!(boxes["description"], "A *box*");
    let numbers: Vec<_> = boxes["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| &v["version"])
        .collect();
    assert_eq!(numbers, ["1.2.3", "0.1.0"]);
    let provider = &boxes["versions"][0]["providers"][0];
    assert_eq!(provider["name"], "libvirt");
    assert_eq!(provider["checksum_type"], "sha256");
    assert_eq!(provider["checksum"].as_str().unwrap().len(), 64);
    let path = "/api/v1/artifacts/acme/web/vagrant.box/2/file";
    assert_eq!(provider["url"], registry.url(path));

    let mut rita = registry.logged_in("rita").await;
    assert!(
        rita.get("/acme/web")
            .await
            .1
            .contains(&format!("href=\"{path}\""))
    );
    assert_eq!(rita.get(path).await, (200, "content".to_owned()));
    assert_eq!(registry.browser().get(path).await.0, 401);
    let mut ann = registry.logged_in("ann").await;
    let delete = registry
        .client
        .delete(registry.url("/api/v1/artifacts/acme/web/vagrant.box/2"));
    assert_eq!(ann.send(delete).await.status(), 401, "a session only reads");
}
