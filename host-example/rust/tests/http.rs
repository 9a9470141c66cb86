//! The HTTP client, byte by byte, against sockets of this machine.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop at the first surprise, too"
)]

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use atlas_host::{
    Body, Header, HttpClient, Observer, Request, ReqwestClient, Response, Silent, TransportError,
};

/// Serves one connection.
fn server<T: Send + 'static>(
    serve: impl FnOnce(TcpStream) -> T + Send + 'static,
) -> (String, JoinHandle<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/secret-path", listener.local_addr().unwrap());
    let served = thread::spawn(move || serve(listener.accept().unwrap().0));
    (url, served)
}

/// Reads a request: its head, in lower case, and as many bytes of the body as it announces.
fn read_request(stream: &mut TcpStream) -> (String, Vec<u8>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).unwrap();
    (head, body)
}

fn request(url: &str) -> Request {
    Request {
        purpose: "test".to_owned(),
        method: "GET".to_owned(),
        url: url.to_owned(),
        sensitive_url: true,
        headers: Vec::new(),
        body: Body::Empty,
        timeout_ms: 10_000,
        response_limit: 1000,
    }
}

async fn send(request: &Request) -> Result<Response, TransportError> {
    ReqwestClient::new().send(request, None, &Silent).await
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
    request.method = "POST".to_owned();
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
    request.method = "PUT".to_owned();
    request.body = Body::File(file.to_str().unwrap().to_owned());
    let progress = Progress::default();
    ReqwestClient::new()
        .send(&request, None, &progress)
        .await
        .unwrap();
    let (head, body) = served.join().unwrap();
    assert!(head.contains("content-length: 1000003\r\n"), "{head}");
    assert!(!head.contains("transfer-encoding"), "{head}");
    assert!(body == content);
    let last = progress.0.lock().unwrap().last().copied();
    assert_eq!(last, Some((1_000_003, 1_000_003)));
}

#[tokio::test]
async fn a_file_that_grows_is_no_success() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("box");
    // More than the connection's buffers hold, so that the client has to wait with its last part.
    fs::write(&file, vec![0; 16 << 20]).unwrap();
    let grown = file.clone();
    let (url, served) = server(move |mut stream| {
        let mut file = fs::OpenOptions::new().append(true).open(grown).unwrap();
        file.write_all(b"more").unwrap();
        let mut sink = Vec::new();
        let _ = stream.read_to_end(&mut sink);
    });
    let mut request = request(&url);
    request.method = "PUT".to_owned();
    request.body = Body::File(file.to_str().unwrap().to_owned());
    let error = send(&request).await.unwrap_err();
    assert!(
        matches!(error, TransportError::BodyUnreadable(_)),
        "{error}"
    );
    served.join().unwrap();
}

#[tokio::test]
async fn a_file_that_is_none_can_not_be_sent() {
    let directory = tempfile::tempdir().unwrap();
    for path in [
        directory.path().join("missing"),
        directory.path().to_owned(),
    ] {
        let mut request = request("http://127.0.0.1:9/");
        request.body = Body::File(path.to_str().unwrap().to_owned());
        let error = send(&request).await.unwrap_err();
        assert!(
            matches!(error, TransportError::BodyUnreadable(_)),
            "{error}"
        );
    }
}

#[tokio::test]
async fn gives_up_when_nothing_moves() {
    let (url, served) = server(|mut stream| {
        read_request(&mut stream);
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na")
            .unwrap();
        thread::sleep(Duration::from_millis(600));
    });
    let mut request = request(&url);
    request.timeout_ms = 200;
    assert_eq!(send(&request).await.unwrap_err(), TransportError::Timeout);
    served.join().unwrap();
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
    request.timeout_ms = 200;
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
            thread::sleep(Duration::from_millis(100));
            stream.write_all(&[*byte]).unwrap();
        }
    });
    let mut request = request(&url);
    request.timeout_ms = 400;
    let started = Instant::now();
    assert_eq!(send(&request).await.unwrap().body, b"patience");
    assert!(started.elapsed() > Duration::from_millis(request.timeout_ms));
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
    assert!(matches!(error, TransportError::Other(_)), "{error}");
    assert!(!error.to_string().contains("secret-path"), "{error}");
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
    assert!(matches!(error, TransportError::Tls(_)), "{error}");
    served.join().unwrap();
}
