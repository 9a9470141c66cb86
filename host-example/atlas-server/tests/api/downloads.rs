//! Downloading files.

use reqwest::{Method, Response};
use serde_json::json;

use crate::support::{Atlas, SHA256, errors};

#[tokio::test]
async fn a_file_is_downloaded_by_its_version() {
    let atlas = Atlas::start().await;
    atlas.publish_file("t", "first").await;
    atlas.publish_file("t", "second!").await;
    atlas
        .publish("t", json!({"id": "File", "file": true}))
        .await;
    for (path, content) in [
        ("t/1/file", "first"),
        ("t/2/file", "second!"),
        ("t/latest/file", "second!"),
        // The client's own helper leaves the version out.
        ("t/file", "second!"),
    ] {
        let answer = atlas.get(&format!("/artifacts/hashicorp/web/{path}")).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(
            answer.headers()["content-length"],
            content.len().to_string()
        );
        assert_eq!(answer.text().await.unwrap(), content, "{path}");
    }
    for path in [
        "t/3/file",
        "t/4/file",
        "t/0/file",
        "u/1/file",
        "u/latest/file",
        "u/file",
    ] {
        errors(
            atlas.get(&format!("/artifacts/hashicorp/web/{path}")).await,
            404,
        )
        .await;
    }
    for version in ["a%20b", "01", "+1", "-0", "1.0", "%201", ""] {
        let path = format!("/artifacts/hashicorp/web/t/{version}/file");
        errors(atlas.get(&path).await, 422).await;
    }
}

#[tokio::test]
async fn a_version_without_a_file_has_none_to_download() {
    let atlas = Atlas::start().await;
    atlas.publish("t", json!({"id": "x"})).await;
    errors(atlas.get("/artifacts/hashicorp/web/t/1/file").await, 404).await;
}

#[tokio::test]
async fn head_tells_the_size() {
    let atlas = Atlas::start().await;
    atlas.publish_file("t", "content").await;
    let answer = atlas
        .request(Method::HEAD, "/artifacts/hashicorp/web/t/1/file")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-length"], "7");
    about_content(&answer);
}

/// Checks what is told of the file with the bytes "content".
fn about_content(answer: &Response) {
    let headers = answer.headers();
    assert_eq!(headers["accept-ranges"], "bytes");
    assert_eq!(headers["etag"], format!("\"{SHA256}\""));
    assert_eq!(
        headers["repr-digest"],
        "sha-256=:7XACtDnprIRfIjV9giusFERzD722AW0+yUMil7nsn3M=:"
    );
}

#[tokio::test]
async fn a_range_is_a_part_of_the_file() {
    let atlas = Atlas::start().await;
    atlas.publish_file("t", "content").await;
    let ask = async |method: Method, headers: &[(&'static str, &str)]| {
        let mut request = atlas.request(method, "/artifacts/hashicorp/web/t/1/file");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    };
    let etag = format!("\"{SHA256}\"");
    let weak = format!("W/{etag}");
    for (headers, content_range, content) in [
        (&[("range", "bytes=2-4")][..], Some("bytes 2-4/7"), "nte"),
        (&[("range", "bytes=5-")], Some("bytes 5-6/7"), "nt"),
        (&[("range", "bytes=-1")], Some("bytes 6-6/7"), "t"),
        (&[("range", "bytes=0-99")], Some("bytes 0-6/7"), "content"),
        (
            &[("range", "bytes=1-1"), ("if-range", &etag)],
            Some("bytes 1-1/7"),
            "o",
        ),
        (
            &[("range", "bytes=1-1"), ("if-range", "\"other\"")],
            None,
            "content",
        ),
        (
            &[("range", "bytes=1-1"), ("if-range", &weak)],
            None,
            "content",
        ),
        (
            &[
                ("range", "bytes=1-1"),
                ("if-range", "Wed, 21 Oct 2015 07:28:00 GMT"),
            ],
            None,
            "content",
        ),
        (&[("range", "bytes=0-0,2-2")], None, "content"),
    ] {
        let answer = ask(Method::GET, headers).await;
        let status = if content_range.is_some() { 206 } else { 200 };
        assert_eq!(answer.status(), status, "{headers:?}");
        about_content(&answer);
        let told = answer.headers().get("content-range");
        assert_eq!(told.map(|told| told.to_str().unwrap()), content_range);
        assert_eq!(
            answer.headers()["content-length"],
            content.len().to_string()
        );
        assert_eq!(answer.text().await.unwrap(), content, "{headers:?}");
    }

    let answer = ask(Method::GET, &[("range", "bytes=7-")]).await;
    assert_eq!(answer.headers()["content-range"], "bytes */7");
    errors(answer, 416).await;
    let answer = ask(Method::HEAD, &[("range", "bytes=1-1")]).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-length"], "7");
}

#[tokio::test]
async fn a_range_of_a_large_file_crosses_its_reads() {
    let atlas = Atlas::start().await;
    let content: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    let version = atlas
        .publish("t", json!({"id": "File", "file": true}))
        .await;
    atlas.put(&version, content.clone()).await;
    let request = atlas.request(Method::GET, "/artifacts/hashicorp/web/t/1/file");
    let answer = request
        .header("range", "bytes=1000000-2999998")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 206);
    assert!(answer.bytes().await.unwrap() == content[1_000_000..2_999_999]);
}

#[tokio::test]
async fn a_file_that_is_known_is_not_sent_again() {
    let atlas = Atlas::start().await;
    atlas.publish_file("t", "content").await;
    let etag = format!("\"{SHA256}\"");
    for (known, status) in [
        (etag.clone(), 304),
        (format!("\"x\", W/{etag}"), 304),
        ("*".to_owned(), 304),
        ("\"x\"".to_owned(), 206),
        (SHA256.to_owned(), 206),
    ] {
        let request = atlas.request(Method::GET, "/artifacts/hashicorp/web/t/1/file");
        // Whether it is known counts before its parts do.
        let request = request
            .header("if-none-match", &known)
            .header("range", "bytes=0-1");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), status, "{known}");
        assert_eq!(answer.headers()["etag"], etag.as_str());
        let length = if status == 304 { 0 } else { 2 };
        assert_eq!(answer.bytes().await.unwrap().len(), length, "{known}");
    }
}

/// Windows deletes no file that somebody has open.
#[cfg(unix)]
#[tokio::test]
async fn a_download_under_way_ends_well_when_its_version_is_deleted() {
    // More than the buffers of a connection hold.
    const SIZE: usize = 64 << 20;
    let atlas = Atlas::start().await;
    let content = "0123456789abcdef".repeat(SIZE / 16);
    atlas.publish_file("t", &content).await;
    let mut download = atlas.get("/artifacts/hashicorp/web/t/1/file").await;
    let mut received = download.chunk().await.unwrap().unwrap().to_vec();
    let delete = atlas.request(Method::DELETE, "/artifacts/hashicorp/web/t/1");
    assert_eq!(delete.send().await.unwrap().status(), 204);
    errors(atlas.get("/artifacts/hashicorp/web/t/1/file").await, 404).await;
    while let Some(bytes) = download.chunk().await.unwrap() {
        received.extend_from_slice(&bytes);
    }
    assert!(received == content.as_bytes(), "{} bytes", received.len());
}
