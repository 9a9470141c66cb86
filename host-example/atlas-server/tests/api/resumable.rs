//! Uploads in pieces, which go on after a break.

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    process::Process,
    support::{Atlas, SHA256, TOKEN, client, errors, eventually, options},
};

/// A version that waits for its file, and the requests to its upload.
struct Upload<'a> {
    atlas: &'a Atlas,
    key: String,
}

impl<'a> Upload<'a> {
    async fn new(atlas: &'a Atlas) -> Self {
        let version = atlas
            .publish("t", json!({"id": "File", "file": true}))
            .await;
        let key = version["upload_token"].as_str().unwrap().to_owned();
        Self { atlas, key }
    }

    async fn begun(atlas: &'a Atlas) -> Self {
        let upload = Self::new(atlas).await;
        assert_eq!(upload.begin(&[]).await.status(), 201);
        upload
    }

    fn request(&self, method: Method) -> RequestBuilder {
        let url = format!("{}/_binstore/{}", self.atlas.server.url(), self.key);
        self.atlas.client.request(method, url)
    }

    async fn begin(&self, headers: &[(&str, &str)]) -> Response {
        let mut request = self.request(Method::POST).header("upload-complete", "?0");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    fn piece(
        &self,
        offset: u64,
        complete: &str,
        content: impl Into<reqwest::Body>,
    ) -> RequestBuilder {
        self.request(Method::PATCH)
            .header("content-type", "application/partial-upload")
            .header("upload-offset", offset)
            .header("upload-complete", complete)
            .body(content)
    }

    async fn patch(
        &self,
        offset: u64,
        complete: &str,
        content: impl Into<reqwest::Body>,
    ) -> Response {
        self.piece(offset, complete, content).send().await.unwrap()
    }

    async fn head(&self) -> Response {
        self.request(Method::HEAD).send().await.unwrap()
    }

    async fn offset(&self) -> u64 {
        let answer = self.head().await;
        assert_eq!(answer.status(), 204);
        assert_eq!(answer.headers()["upload-complete"], "?0");
        header(&answer, "upload-offset").parse().unwrap()
    }

    /// Sends the head of a PATCH and some of its body, and keeps the connection.
    async fn half(&self, length: usize, sent: &[u8]) -> TcpStream {
        let mut connection = TcpStream::connect(self.atlas.address()).await.unwrap();
        let head = format!(
            "PATCH /_binstore/{} HTTP/1.1\r\nHost: x\r\nContent-Type: application/partial-upload\r\n\
             Upload-Offset: 0\r\nUpload-Complete: ?1\r\nContent-Length: {length}\r\n\r\n",
            self.key
        );
        connection.write_all(head.as_bytes()).await.unwrap();
        connection.write_all(sent).await.unwrap();
        connection
    }
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers()[name].to_str().unwrap()
}

/// Checks that an answer is a problem of this type, and returns it.
async fn problem(answer: Response, status: u16, kind: &str) -> Value {
    assert_eq!(answer.status(), status);
    assert_eq!(header(&answer, "content-type"), "application/problem+json");
    let body: Value = answer.json().await.unwrap();
    assert_eq!(
        body["type"],
        format!("https://iana.org/assignments/http-problem-types#{kind}")
    );
    assert_eq!(body["errors"], json!([body["title"]]));
    body
}

#[tokio::test]
async fn a_file_comes_in_pieces() {
    let atlas = Atlas::start().await;
    let upload = Upload::new(&atlas).await;
    let answer = upload.begin(&[("upload-length", "7")]).await;
    assert_eq!(answer.status(), 201);
    let location = format!("/_binstore/{}", upload.key);
    assert_eq!(header(&answer, "location"), location);
    assert_eq!(header(&answer, "upload-limit"), "max-age=86400");
    assert_eq!(header(&answer, "upload-offset"), "0");
    assert_eq!(header(&answer, "upload-complete"), "?0");

    for (offset, content) in [(0, "con"), (3, ""), (3, "te")] {
        let answer = upload.patch(offset, "?0", content).await;
        assert_eq!(answer.status(), 204);
        assert_eq!(header(&answer, "upload-complete"), "?0");
        let end = offset + content.len() as u64;
        assert_eq!(header(&answer, "upload-offset"), end.to_string());
    }
    let answer = upload.head().await;
    assert_eq!(answer.status(), 204);
    assert_eq!(header(&answer, "upload-offset"), "5");
    assert_eq!(header(&answer, "upload-complete"), "?0");
    assert_eq!(header(&answer, "upload-length"), "7");
    assert_eq!(header(&answer, "upload-limit"), "max-age=86400");
    assert_eq!(header(&answer, "cache-control"), "no-store");
    assert_eq!(atlas.found("t", "").await, [] as [i64; 0]);

    let answer = upload.patch(5, "?1", "nt").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(header(&answer, "upload-complete"), "?1");
    let digest = "sha-256=:7XACtDnprIRfIjV9giusFERzD722AW0+yUMil7nsn3M=:";
    assert_eq!(header(&answer, "repr-digest"), digest);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body, json!({"size": 7, "sha256": SHA256}));
    let file = atlas.get("/artifacts/hashicorp/web/t/1/file").await;
    assert_eq!(file.text().await.unwrap(), "content");

    let answer = upload.head().await;
    assert_eq!(header(&answer, "upload-offset"), "7");
    assert_eq!(header(&answer, "upload-complete"), "?1");
    assert_eq!(header(&answer, "upload-length"), "7");
    assert_eq!(header(&answer, "repr-digest"), digest);
}

#[tokio::test]
async fn the_beginning_may_have_a_first_piece_and_the_end_none() {
    let atlas = Atlas::start().await;
    let upload = Upload::new(&atlas).await;
    let begin = upload.request(Method::PUT).header("upload-complete", "?0");
    let answer = begin.body("content").send().await.unwrap();
    assert_eq!(answer.status(), 201);
    assert_eq!(header(&answer, "upload-offset"), "7");
    assert_eq!(upload.patch(7, "?1", "").await.status(), 200);
    assert_eq!(atlas.found("t", "").await, [1]);
}

#[tokio::test]
async fn what_came_before_a_break_is_kept() {
    let atlas = Atlas::start().await;
    let upload = Upload::begun(&atlas).await;
    let content: Vec<u8> = (0..5_000_003_u32).map(|n| (n % 251) as u8).collect();
    drop(upload.half(content.len(), &content[..3_000_001]).await);
    assert_eq!(upload.offset().await, 3_000_001);

    let rest = content[3_000_001..].to_vec();
    assert_eq!(upload.patch(3_000_001, "?1", rest).await.status(), 200);
    let file = atlas.get("/artifacts/hashicorp/web/t/1/file").await;
    let digest = sha256(&content);
    assert_eq!(header(&file, "etag"), format!("\"{digest}\""));
    assert!(file.bytes().await.unwrap() == content);
}

#[tokio::test]
async fn a_new_request_ends_the_one_before() {
    let atlas = Atlas::start().await;
    let upload = Upload::begun(&atlas).await;
    let mut first = upload.half(7, b"con").await;
    let start = Instant::now();
    assert_eq!(upload.offset().await, 3);
    let mut answer = String::new();
    first.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 409"), "{answer}");
    assert_eq!(upload.patch(3, "?1", "tent").await.status(), 200);
    // It did not wait for the rest of the first, which would be given up after a minute.
    assert!(start.elapsed() < Duration::from_secs(30));
    let file = atlas.get("/artifacts/hashicorp/web/t/1/file").await;
    assert_eq!(file.text().await.unwrap(), "content");
}

#[tokio::test]
async fn of_many_pieces_at_once_the_file_gets_one() {
    let atlas = Atlas::start().await;
    let upload = Upload::begun(&atlas).await;
    let pieces = (0..8).map(|n| upload.patch(0, "?0", format!("{n}").repeat(3 << 20)));
    let answers = futures_util::future::join_all(pieces).await;
    assert!(
        answers
            .iter()
            .all(|answer| matches!(answer.status().as_u16(), 204 | 409))
    );
    let offset = upload.offset().await;
    assert_eq!(upload.patch(offset, "?1", "").await.status(), 200);
    let file = atlas.get("/artifacts/hashicorp/web/t/1/file").await;
    let file = file.bytes().await.unwrap();
    assert!(file.iter().all(|byte| *byte == file[0]) && file.len() as u64 == offset);
}

#[tokio::test]
async fn a_wrong_offset_is_told_the_right_one() {
    let atlas = Atlas::start().await;
    let upload = Upload::begun(&atlas).await;
    upload.patch(0, "?0", "con").await;
    for offset in [0, 2, 4] {
        let answer = upload.patch(offset, "?0", "x").await;
        assert_eq!(header(&answer, "upload-offset"), "3");
        let body = problem(answer, 409, "mismatching-upload-offset").await;
        assert_eq!(
            (&body["expected-offset"], &body["provided-offset"]),
            (&json!(3), &json!(offset))
        );
    }
    assert_eq!(upload.offset().await, 3);
}

#[tokio::test]
async fn lengths_must_agree() {
    let atlas = Atlas::start().await;
    let upload = Upload::new(&atlas).await;
    assert_eq!(upload.begin(&[("upload-length", "7")]).await.status(), 201);
    for (complete, content, length) in [
        ("?0", "content!", None),
        ("?1", "conten", None),
        ("?0", "con", Some("8")),
    ] {
        let mut request = upload.piece(0, complete, content);
        if let Some(length) = length {
            request = request.header("upload-length", length);
        }
        let answer = request.send().await.unwrap();
        problem(answer, 400, "inconsistent-upload-length").await;
        assert_eq!(upload.offset().await, 0);
    }
    // A length that comes later counts as well.
    let upload = Upload::begun(&atlas).await;
    let request = upload.piece(0, "?0", "con").header("upload-length", "7");
    assert_eq!(request.send().await.unwrap().status(), 204);
    assert_eq!(header(&upload.head().await, "upload-length"), "7");
    problem(
        upload.patch(3, "?1", "x").await,
        400,
        "inconsistent-upload-length",
    )
    .await;
}

#[tokio::test]
async fn a_complete_upload_takes_nothing_more() {
    let atlas = Atlas::start().await;
    let upload = Upload::begun(&atlas).await;
    assert_eq!(upload.patch(0, "?1", "content").await.status(), 200);
    problem(upload.patch(7, "?1", "").await, 400, "completed-upload").await;
    problem(
        upload.patch(7, "?1", "x").await,
        400,
        "inconsistent-upload-length",
    )
    .await;
    problem(upload.begin(&[]).await, 400, "completed-upload").await;
    let delete = upload.request(Method::DELETE).send().await.unwrap();
    problem(delete, 400, "completed-upload").await;
    assert_eq!(atlas.found("t", "").await, [1]);
    assert_eq!(atlas.blobs().len(), 1);
}

#[tokio::test]
async fn a_piece_that_does_not_say_what_it_is_is_refused() {
    let atlas = Atlas::start().await;
    let upload = Upload::begun(&atlas).await;
    for (without, status) in [
        ("content-type", 415),
        ("upload-offset", 400),
        ("upload-complete", 400),
    ] {
        let mut request = upload.piece(0, "?0", "x").build().unwrap();
        request.headers_mut().remove(without);
        errors(atlas.client.execute(request).await.unwrap(), status).await;
    }
    let endless = futures_util::stream::iter([Ok::<_, std::io::Error>("x")]);
    errors(
        upload
            .patch(0, "?0", reqwest::Body::wrap_stream(endless))
            .await,
        411,
    )
    .await;
    errors(upload.patch(0, "yes", "x").await, 400).await;
    errors(upload.request(Method::POST).send().await.unwrap(), 405).await;
    assert_eq!(upload.offset().await, 0);
}

#[tokio::test]
async fn what_has_not_begun_or_is_given_up_is_unknown() {
    let atlas = Atlas::start().await;
    let upload = Upload::new(&atlas).await;
    let unknown = async || {
        assert_eq!(upload.head().await.status(), 404);
        errors(upload.patch(0, "?0", vec![0; 4 << 20]).await, 404).await;
        errors(upload.request(Method::DELETE).send().await.unwrap(), 404).await;
        assert!(atlas.blobs().is_empty());
    };
    unknown().await;
    upload.begin(&[]).await;
    let mut first = upload.half(9, b"con").await;
    eventually("writing", async || !atlas.blobs().is_empty()).await;
    let delete = upload.request(Method::DELETE).send().await.unwrap();
    assert_eq!(delete.status(), 204);
    assert!(first.read_to_string(&mut String::new()).await.is_ok());
    unknown().await;

    let other = Upload {
        atlas: &atlas,
        key: "unknown".to_owned(),
    };
    errors(other.begin(&[]).await, 404).await;
    assert_eq!(other.head().await.status(), 404);
    assert_eq!(upload.begin(&[]).await.status(), 201);
    assert_eq!(upload.patch(0, "?1", "content").await.status(), 200);
}

#[tokio::test]
async fn a_second_beginning_begins_anew() {
    let atlas = Atlas::start().await;
    let upload = Upload::begun(&atlas).await;
    upload.patch(0, "?0", "something else").await;
    assert_eq!(upload.begin(&[]).await.status(), 201);
    assert_eq!(upload.offset().await, 0);
    let answer = upload.patch(0, "?1", "content").await;
    assert_eq!(answer.json::<Value>().await.unwrap()["sha256"], SHA256);
    assert_eq!(atlas.blobs().len(), 1);
}

#[tokio::test]
async fn what_is_lost_is_not_gone_on_with() {
    let atlas = Atlas::start().await;
    let upload = Upload::begun(&atlas).await;
    upload.patch(0, "?0", "con").await;
    std::fs::remove_file(&atlas.blobs()[0]).unwrap();
    errors(upload.patch(3, "?1", "tent").await, 404).await;
    assert_eq!(upload.begin(&[]).await.status(), 201);
    assert_eq!(upload.patch(0, "?1", "content").await.status(), 200);
}

#[tokio::test]
async fn a_plain_upload_takes_the_place_of_one_in_pieces() {
    let atlas = Atlas::start().await;
    let upload = Upload::begun(&atlas).await;
    upload.patch(0, "?0", "con").await;
    let put = upload.request(Method::PUT).body("whole");
    assert_eq!(put.send().await.unwrap().status(), 200);
    assert_eq!(header(&upload.head().await, "upload-offset"), "5");
    assert_eq!(atlas.blobs().len(), 1);
    let file = atlas.get("/artifacts/hashicorp/web/t/1/file").await;
    assert_eq!(file.text().await.unwrap(), "whole");
}

#[tokio::test]
async fn an_upload_goes_on_after_a_restart() {
    let atlas = Atlas::start().await;
    let upload = Upload::begun(&atlas).await;
    upload.patch(0, "?0", "con").await;
    let key = upload.key;
    let Atlas {
        directory, server, ..
    } = atlas;
    server.shutdown().await;
    let server = atlas_server::start(options(directory.path()))
        .await
        .unwrap();
    let atlas = Atlas::around(directory, server);
    let upload = Upload { atlas: &atlas, key };
    assert_eq!(upload.offset().await, 3);
    let answer = upload.patch(3, "?1", "tent").await;
    assert_eq!(answer.json::<Value>().await.unwrap()["sha256"], SHA256);
}

#[tokio::test]
async fn an_upload_that_nobody_goes_on_with_is_dropped() {
    let atlas = Atlas::start_with(|options| options.upload_lifetime(Duration::from_secs(3))).await;
    let upload = Upload::begun(&atlas).await;
    upload.patch(0, "?0", "con").await;
    let _slow = upload.half(9, b"").await;
    let other = Upload::begun(&atlas).await;
    assert_eq!(header(&other.head().await, "upload-limit"), "max-age=3");
    eventually("dropping", async || atlas.blobs().len() < 2).await;
    assert_eq!(other.head().await.status(), 404);
}

#[tokio::test]
async fn a_start_drops_what_nobody_went_on_with() {
    let atlas = Atlas::start().await;
    Upload::begun(&atlas).await;
    let Atlas {
        directory, server, ..
    } = atlas;
    server.shutdown().await;
    tokio::time::sleep(Duration::from_millis(2100)).await;
    let options = options(directory.path()).upload_lifetime(Duration::from_secs(1));
    let server = atlas_server::start(options).await.unwrap();
    assert!(Atlas::around(directory, server).blobs().is_empty());
}

#[tokio::test]
async fn what_was_told_is_there_after_a_kill() {
    let directory = TempDir::new().unwrap();
    let mut process = Process::start(directory.path(), 1024);
    let client = client();
    let api = format!("{}/api/v1/artifacts", process.url);
    let post = async |path: &str, body: Value| {
        let request = client.post(format!("{api}{path}")).json(&body);
        let answer = request.header("x-atlas-token", TOKEN).send().await.unwrap();
        answer.json::<Value>().await.unwrap()
    };
    post("", json!({"artifact": {"username": "me", "name": "box"}})).await;
    let declared = json!({"artifact_version": {"id": "File", "file": true}});
    let version = post("/me/box/t", declared).await;
    let path = format!("/_binstore/{}", version["upload_token"].as_str().unwrap());
    let upload = |process: &Process, method| {
        let request = client.request(method, format!("{}{path}", process.url));
        request.header("content-type", "application/partial-upload")
    };
    let begin = upload(&process, Method::POST).header("upload-complete", "?0");
    assert_eq!(begin.send().await.unwrap().status(), 201);

    let content: Vec<u8> = (0..24_000_001_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let piece = |process: &Process, range: Range<usize>, complete| {
        upload(process, Method::PATCH)
            .header("upload-offset", range.start)
            .header("upload-complete", complete)
            .body(content[range].to_vec())
            .send()
    };
    let mut offset = 0;
    for round in 0..4 {
        // Half of what is left is told to be there; the rest is broken off by the end of the server.
        let told = offset + (content.len() - offset) / 2;
        let answer = piece(&process, offset..told, "?0").await.unwrap();
        assert_eq!(answer.status(), 204);
        let rest = tokio::spawn(piece(&process, told..content.len(), "?0"));
        tokio::time::sleep(Duration::from_millis(round * 3)).await;
        drop(process);
        drop(rest.await);
        process = Process::start(directory.path(), 1024);
        let head = upload(&process, Method::HEAD).send().await.unwrap();
        offset = header(&head, "upload-offset").parse().unwrap();
        assert!((told..=content.len()).contains(&offset), "{offset}");
    }
    let answer = piece(&process, offset..content.len(), "?1").await.unwrap();
    let digest = sha256(&content);
    assert_eq!(
        answer.json::<Value>().await.unwrap(),
        json!({"size": content.len(), "sha256": digest})
    );
}

fn sha256(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
