//! The HTTP client, byte by byte, against sockets of this machine.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop at the first surprise, too"
)]

mod wire;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Mutex, mpsc::channel};
use std::thread;
use std::time::{Duration, Instant};

use atlas_host::{
    Body, BodySource, ByteRange, FileError, Header, HttpClient, Method, Observer, Request,
    ReqwestClient, Response, Silent, Storage, TransportError,
};
use wire::{read_request, request, server, until_closed};

/// The bytes of a file from `offset` to its end.
fn part(file: &Path, offset: u64) -> Body {
    Body::Range(ByteRange {
        source: BodySource::File(file.to_str().unwrap().to_owned()),
        offset,
        length: fs::metadata(file).unwrap().len() - offset,
    })
}

async fn send(request: &Request) -> Result<Response, TransportError> {
    let storage = &mut Storage::default();
    ReqwestClient::new().send(request, storage, &Silent).await
}

#[tokio::test]
async fn sends_what_is_asked_for_and_no_more() {
    let (url, served) = server(|mut stream| {
        let request = read_request(&mut stream);
        let answer = "HTTP/1.1 201 Made\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 2\r\n\r\n{}";
        stream.write_all(answer.as_bytes()).unwrap();
        request
    });
    let mut request = request(&url);
    request.method = Method::Post;
    request.headers = vec![Header {
        name: "X-Atlas-Token".to_owned(),
        value: "abc".to_owned(),
        sensitive: true,
    }];
    request.body = Body::Bytes(b"hello".to_vec());
    let response = send(&request).await.unwrap();
    assert_eq!(
        (response.status, response.body.as_slice()),
        (201, b"{}".as_slice())
    );
    let repeated: Vec<_> = response
        .headers
        .iter()
        .filter(|(name, _)| name == "x-a")
        .collect();
    assert_eq!(repeated.len(), 2);

    let (head, body) = served.join().unwrap();
    assert_eq!(body, b"hello");
    let host = url
        .trim_start_matches("http://")
        .trim_end_matches("/secret-path");
    let mut lines: Vec<_> = head.trim_end().lines().collect();
    lines.sort_unstable();
    let host = format!("host: {host}");
    let wanted = [
        "accept: */*",
        "content-length: 5",
        host.as_str(),
        "post /secret-path http/1.1",
        "x-atlas-token: abc",
    ];
    assert_eq!(lines, wanted);
}

#[derive(Default)]
struct Progress(Mutex<Vec<(u64, u64)>>);

impl Observer for Progress {
    fn sent(&self, bytes: u64, of: u64) {
        self.0.lock().unwrap().push((bytes, of));
    }
}

#[tokio::test]
async fn streams_a_file_with_its_size() {
    let (url, served) = server(|mut stream| {
        let request = read_request(&mut stream);
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            .unwrap();
        request
    });
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("box");
    let content: Vec<u8> = (0..1_000_003_u32).map(|n| (n % 251) as u8).collect();
    fs::write(&file, &content).unwrap();
    let mut request = request(&url);
    request.method = Method::Put;
    request.body = part(&file, 0);
    let progress = Progress::default();
    ReqwestClient::new()
        .send(&request, &mut Storage::default(), &progress)
        .await
        .unwrap();
    let (head, body) = served.join().unwrap();
    assert!(head.contains("content-length: 1000003\r\n"), "{head}");
    assert!(!head.contains("transfer-encoding"), "{head}");
    assert!(body == content);
    let last = progress.0.lock().unwrap().last().copied();
    assert_eq!(last, Some((1_000_003, 1_000_003)));
}

/// The SHA-256 is that of the whole file, and told where the file ends.
#[tokio::test]
async fn a_range_is_sent_from_its_place_and_hashed_with_what_is_before() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("box");
    fs::write(&file, "0123456789").unwrap();
    let all = "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882";
    let (client, mut storage) = (ReqwestClient::new(), Storage::default());
    for (offset, length, wanted, sha256) in [
        (3, 7, &b"3456789"[..], Some(all)),
        (0, 4, b"0123", None),
        (4, 4, b"4567", None),
        (8, 2, b"89", Some(all)),
        (8, 1, b"8", None),
        (10, 0, b"", Some(all)),
    ] {
        let (url, served) = server(|mut stream| {
            let request = read_request(&mut stream);
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
            stream.write_all(answer).unwrap();
            request
        });
        let mut request = request(&url);
        request.method = Method::Patch;
        request.body = Body::Range(ByteRange {
            source: BodySource::File(file.to_str().unwrap().to_owned()),
            offset,
            length,
        });
        let response = client.send(&request, &mut storage, &Silent).await.unwrap();
        let (head, body) = served.join().unwrap();
        assert_eq!(body, wanted);
        assert!(
            head.starts_with("patch ") && head.contains(&format!("content-length: {length}\r\n")),
            "{head}"
        );
        assert_eq!(response.sent, length);
        assert_eq!(response.sent_sha256.as_deref(), sha256, "{offset}");
    }
}

#[tokio::test]
async fn a_file_that_shrinks_is_no_success() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("box");
    // More than the connection's buffers hold, so that the client has to wait with its last part.
    fs::write(&file, vec![0; 16 << 20]).unwrap();
    let cut = file.clone();
    let (url, served) = server(move |mut stream| {
        let file = fs::OpenOptions::new().write(true).open(cut).unwrap();
        file.set_len(1000).unwrap();
        let mut sink = Vec::new();
        let _ = stream.read_to_end(&mut sink);
    });
    let mut request = request(&url);
    request.method = Method::Put;
    request.body = part(&file, 0);
    let error = send(&request).await.unwrap_err();
    assert!(
        matches!(error, TransportError::BodyUnreadable(FileError::Other(_))),
        "{error:?}"
    );
    served.join().unwrap();
}

#[tokio::test]
async fn an_answer_before_all_is_sent_tells_how_much_was() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("box");
    let length = 64 << 20;
    fs::write(&file, vec![0; length]).unwrap();
    let (done, until_done) = channel::<()>();
    let (url, served) = server(move |mut stream| {
        let mut some = vec![0; 1 << 20];
        stream.read_exact(&mut some).unwrap();
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(answer).unwrap();
        // The rest is not read, and the connection stays.
        let _ = until_done.recv();
    });
    let mut request = request(&url);
    request.method = Method::Put;
    request.body = part(&file, 0);
    let response = send(&request).await.unwrap();
    drop(done);
    assert_eq!(response.status, 200);
    assert!(response.sent >= 900_000, "{}", response.sent);
    assert!(response.sent < length as u64, "{}", response.sent);
    assert_eq!(response.sent_sha256, None);
    served.join().unwrap();
}

#[tokio::test]
async fn what_follows_an_answer_is_not_taken_for_the_next_one() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let served = thread::spawn(move || {
        for status in [201, 202] {
            let (mut stream, _) = listener.accept().unwrap();
            read_request(&mut stream);
            let answer = format!("HTTP/1.1 {status} OK\r\nContent-Length: 0\r\n\r\n");
            let forged = "HTTP/1.1 500 Forged\r\nContent-Length: 0\r\n\r\n";
            stream.write_all((answer + forged).as_bytes()).unwrap();
        }
    });
    let client = ReqwestClient::new();
    for status in [201, 202] {
        let storage = &mut Storage::default();
        let response = client.send(&request(&url), storage, &Silent).await;
        let response = response.unwrap();
        assert_eq!(response.status, status);
    }
    served.join().unwrap();
}

#[tokio::test]
async fn what_can_not_be_read_can_not_be_sent() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("box");
    fs::write(&file, "short").unwrap();
    for (path, wanted) in [
        (directory.path().join("missing"), FileError::NotFound),
        (directory.path().to_owned(), FileError::IsDirectory),
        (
            file,
            FileError::Other("it is shorter than it was".to_owned()),
        ),
    ] {
        let mut request = request("http://127.0.0.1:9/");
        request.body = Body::Range(ByteRange {
            source: BodySource::File(path.to_str().unwrap().to_owned()),
            offset: 3,
            length: 3,
        });
        let error = send(&request).await.unwrap_err();
        assert_eq!(error, TransportError::BodyUnreadable(wanted));
    }
}

#[tokio::test]
async fn gives_up_a_connection_that_is_not_made() {
    let (url, _) = server(until_closed);
    // It is not made before TLS is.
    let mut request = request(&url.replace("http:", "https:"));
    request.connect_timeout_ms = 200;
    let started = Instant::now();
    assert_eq!(send(&request).await.unwrap_err(), TransportError::Timeout);
    assert!(started.elapsed() < Duration::from_millis(request.idle_timeout_ms));
}

#[tokio::test]
async fn gives_up_an_upload_that_stands_still() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("box");
    fs::write(&file, vec![0; 64 << 20]).unwrap();
    let (done, until_done) = channel::<()>();
    let (url, served) = server(move |stream| {
        let _ = until_done.recv();
        drop(stream);
    });
    let mut request = request(&url);
    request.method = Method::Put;
    request.body = part(&file, 0);
    request.idle_timeout_ms = 300;
    // Runs from the moment when all is sent, which does not come.
    request.answer_timeout_ms = 1;
    let started = Instant::now();
    assert_eq!(send(&request).await.unwrap_err(), TransportError::Timeout);
    assert!(started.elapsed() >= Duration::from_millis(300));
    drop(done);
    served.join().unwrap();
}

#[tokio::test]
async fn gives_up_when_nothing_moves() {
    let (url, _) = server(|mut stream| {
        read_request(&mut stream);
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na")
            .unwrap();
        until_closed(stream);
    });
    let mut request = request(&url);
    request.idle_timeout_ms = 200;
    assert_eq!(send(&request).await.unwrap_err(), TransportError::Timeout);
}

#[tokio::test]
async fn an_answer_that_comes_byte_by_byte_is_given_up() {
    let (url, served) = server(|mut stream| {
        read_request(&mut stream);
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        let mut sent = 0;
        while stream.write_all(b" ").is_ok() {
            sent += 1;
            thread::sleep(Duration::from_millis(20));
        }
        sent
    });
    let mut request = request(&url);
    request.answer_timeout_ms = 500;
    assert_eq!(send(&request).await.unwrap_err(), TransportError::Timeout);
    // The connection is closed in the background, which must not be blocked.
    let sent = tokio::task::spawn_blocking(|| served.join().unwrap());
    assert!(sent.await.unwrap() < 1000, "it was never still");
}

#[tokio::test]
async fn does_not_give_up_while_something_moves() {
    let (url, served) = server(|mut stream| {
        read_request(&mut stream);
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n")
            .unwrap();
        for byte in b"patience" {
            thread::sleep(Duration::from_millis(300));
            stream.write_all(&[*byte]).unwrap();
        }
    });
    let mut request = request(&url);
    request.idle_timeout_ms = 2000;
    let started = Instant::now();
    assert_eq!(send(&request).await.unwrap().body, b"patience");
    assert!(started.elapsed() > Duration::from_millis(request.idle_timeout_ms));
    served.join().unwrap();
}

#[tokio::test]
async fn reads_no_more_than_the_limit() {
    for (length, fits) in [(1000, true), (1001, false)] {
        let (url, served) = server(move |mut stream| {
            read_request(&mut stream);
            let answer = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(length));
            let _ = stream.write_all(answer.as_bytes());
        });
        let outcome = send(&request(&url)).await;
        assert_eq!(outcome.is_ok(), fits);
        if let Err(error) = outcome {
            assert_eq!(error, TransportError::ResponseTooLarge);
        }
        served.join().unwrap();
    }
}

#[tokio::test]
async fn says_when_nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(
        send(&request(&url)).await.unwrap_err(),
        TransportError::Refused
    );
}

#[tokio::test]
async fn says_when_the_connection_breaks() {
    let answers = [
        "",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
    ];
    for answer in answers {
        let (url, served) = server(move |mut stream| {
            read_request(&mut stream);
            stream.write_all(answer.as_bytes()).unwrap();
        });
        let error = send(&request(&url)).await.unwrap_err();
        assert_eq!(error, TransportError::Interrupted, "after {answer:?}");
        served.join().unwrap();
    }
}

#[tokio::test]
async fn follows_no_redirect() {
    let (url, served) = server(|mut stream| {
        read_request(&mut stream);
        let answer = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(answer.as_bytes()).unwrap();
    });
    assert_eq!(send(&request(&url)).await.unwrap().status, 302);
    served.join().unwrap();
}

#[tokio::test]
async fn errors_do_not_name_the_url() {
    let (url, served) = server(|mut stream| {
        read_request(&mut stream);
        stream.write_all(b"this is no HTTP at all\r\n\r\n").unwrap();
    });
    let error = send(&request(&url)).await.unwrap_err();
    assert!(matches!(error, TransportError::Other(_)), "{error:?}");
    assert!(!format!("{error:?}").contains("secret-path"), "{error:?}");
    served.join().unwrap();
}

#[tokio::test]
async fn speaks_no_tls_with_one_who_does_not() {
    let (url, served) = server(|mut stream| {
        let mut hello = [0; 64];
        stream.read_exact(&mut hello).unwrap();
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .unwrap();
    });
    let error = send(&request(&url.replace("http:", "https:")))
        .await
        .unwrap_err();
    assert!(matches!(error, TransportError::Tls(_)), "{error:?}");
    served.join().unwrap();
}
