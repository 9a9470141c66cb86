//! The page of an artifact.

use serde_json::json;

use crate::support::{Atlas, errors};

#[tokio::test]
async fn the_page_names_versions_and_nothing_private() {
    let atlas = Atlas::start().await;
    let page = async || {
        atlas
            .client
            .get(format!("{}/hashicorp/web", atlas.server.url()))
            .send()
            .await
            .unwrap()
    };
    assert!(
        page()
            .await
            .text()
            .await
            .unwrap()
            .contains("No versions yet")
    );

    atlas
        .publish(
            "amazon.image",
            json!({"id": "eu-west-1:secret-id", "metadata": {"secret-key": "secret-value"}}),
        )
        .await;
    atlas.publish("amazon.image", json!({"id": "x"})).await;
    atlas
        .publish("vagrant.box", json!({"id": "incomplete", "file": true}))
        .await;
    let answer = page().await;
    assert_eq!(answer.status(), 200);
    assert!(
        answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    let html = answer.text().await.unwrap();
    assert!(
        html.contains("<h1>hashicorp/web</h1>")
            && html.contains("<dt>amazon.image</dt><dd>2, 1</dd>")
    );
    assert!(!html.contains("secret") && !html.contains("vagrant.box"));
}

#[tokio::test]
async fn what_a_publisher_wrote_is_escaped() {
    let atlas = Atlas::start().await;
    let name = r#"<script>alert("1")&'"#;
    atlas.create("me", name).await;
    let path = "/api/v1/artifacts/me/%3Cscript%3Ealert(%221%22)&'/%3Cb%3E";
    let body = r#"{"artifact_version":{"id":"x"}}"#;
    let token = crate::support::TOKEN;
    let answer = atlas
        .raw(&format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nX-Atlas-Token: {token}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ))
        .await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let html = atlas
        .raw_path("GET", "/me/%3Cscript%3Ealert(%221%22)&'")
        .await;
    assert!(
        html.contains("<h1>me/&lt;script&gt;alert(&quot;1&quot;)&amp;&#39;</h1>"),
        "{html}"
    );
    assert!(
        html.contains("<dt>&lt;b&gt;</dt>") && !html.contains("<script") && !html.contains("<b>")
    );
}

#[tokio::test]
async fn an_artifact_that_does_not_exist_has_no_page() {
    let atlas = Atlas::start().await;
    errors(
        atlas
            .client
            .get(format!("{}/no/body", atlas.server.url()))
            .send()
            .await
            .unwrap(),
        404,
    )
    .await;
}
