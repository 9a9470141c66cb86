//! Requests that no endpoint accepts: always JSON, always a reason.

use reqwest::Method;

use crate::support::{Atlas, TOKEN, errors};

#[tokio::test]
async fn unknown_paths_are_404() {
    let atlas = Atlas::start().await;
    for path in [
        "",
        "/",
        "/nothing",
        "/artifacts/a",
        "/artifacts/a/b/c/d",
        "/artifacts/a/b/c/1/file/x",
    ] {
        errors(atlas.get(path).await, 404).await;
    }
    for path in ["/a/b/c", "/_binstore/a/b"] {
        let answer = atlas
            .client
            .get(format!("{}{path}", atlas.server.url()))
            .send()
            .await
            .unwrap();
        errors(answer, 404).await;
    }
}

#[tokio::test]
async fn wrong_methods_are_405() {
    let atlas = Atlas::start().await;
    for (method, path) in [
        (Method::PUT, "/authenticate"),
        (Method::GET, "/artifacts"),
        (Method::DELETE, "/artifacts/a/b"),
        (Method::PUT, "/artifacts/a/b/c"),
        (Method::POST, "/artifacts/a/b/c/search"),
    ] {
        errors(atlas.request(method, path).send().await.unwrap(), 405).await;
    }
    let url = atlas.server.url();
    errors(
        atlas
            .client
            .get(format!("{url}/_binstore/x"))
            .send()
            .await
            .unwrap(),
        405,
    )
    .await;
    errors(
        atlas
            .client
            .delete(format!("{url}/a/b"))
            .send()
            .await
            .unwrap(),
        405,
    )
    .await;
}

#[tokio::test]
async fn bodies_that_are_not_json_are_400() {
    let atlas = Atlas::start().await;
    for path in ["/artifacts", "/artifacts/hashicorp/web/t"] {
        for body in [&b""[..], b"{", b"{\"a\":\xff}", b"{} {}", &[b'['; 5000]] {
            let answer = atlas
                .request(Method::POST, path)
                .body(body.to_vec())
                .send()
                .await
                .unwrap();
            errors(answer, 400).await;
        }
    }
}

#[tokio::test]
async fn large_bodies_are_413() {
    let atlas = Atlas::start().await;
    for size in [(1 << 20) + 1, 16 << 20] {
        for path in ["/artifacts", "/artifacts/hashicorp/web/t", "/authenticate"] {
            let answer = atlas
                .request(Method::POST, path)
                .body(vec![b' '; size])
                .send()
                .await
                .unwrap();
            errors(answer, 413).await;
        }
    }
    let mut body = br#"{"artifact_version":{"id":"x"}}"#.to_vec();
    body.resize(1 << 20, b' ');
    let answer = atlas
        .request(Method::POST, "/artifacts/hashicorp/web/t")
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn a_client_that_reads_after_it_has_sent_everything_gets_the_refusal() {
    let atlas = Atlas::start().await;
    let body = " ".repeat(16 << 20);
    for (request, status) in [
        (
            format!("POST /api/v1/artifacts HTTP/1.1\r\nX-Atlas-Token: {TOKEN}"),
            "413",
        ),
        ("PUT /_binstore/unknown HTTP/1.1".to_owned(), "404"),
    ] {
        let length = body.len();
        let headers = format!("Host: x\r\nConnection: close\r\nContent-Length: {length}");
        let answer = atlas
            .raw(&format!("{request}\r\n{headers}\r\n\r\n{body}"))
            .await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_slug_cannot_leave_its_place() {
    let atlas = Atlas::start().await;
    let long = "x".repeat(256);
    for segment in [
        "..", ".", "%2e%2e", "a%2Fb", "a%5Cb", "a%00b", "a%0Ab", "%20", "%FF", &long,
    ] {
        for path in [
            format!("/api/v1/artifacts/{segment}/web"),
            format!("/api/v1/artifacts/hashicorp/{segment}"),
            format!("/api/v1/artifacts/hashicorp/web/{segment}/search"),
            format!("/api/v1/artifacts/hashicorp/web/{segment}/1/file"),
            format!("/{segment}/web"),
        ] {
            let answer = atlas.raw_path("GET", &path).await;
            assert!(answer.starts_with("HTTP/1.1 422"), "{path}: {answer}");
            assert!(answer.contains("{\"errors\":[\""), "{path}: {answer}");
        }
    }
    let answer = atlas.raw_path("PUT", "/_binstore/%FF").await;
    assert!(
        answer.starts_with("HTTP/1.1 404") && answer.contains("{\"errors\":[\""),
        "{answer}"
    );
}
