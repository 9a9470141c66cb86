//! A server, byte by byte, and requests for it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may stop at the first surprise, too"
)]

use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

use atlas_host::{Body, Method, Request};

/// Serves one connection.
pub fn server<T: Send + 'static>(
    serve: impl FnOnce(TcpStream) -> T + Send + 'static,
) -> (String, JoinHandle<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/secret-path", listener.local_addr().unwrap());
    let served = thread::spawn(move || serve(listener.accept().unwrap().0));
    (url, served)
}

/// Waits for the client to close the connection. It is not waited for: the client may do that when
/// the test has nothing else to do.
pub fn until_closed(mut stream: TcpStream) {
    drop(stream.read_to_end(&mut Vec::new()));
}

/// Reads a request: its head, in lower case, and as many bytes of the body as it announces.
pub fn read_request(stream: &mut TcpStream) -> (String, Vec<u8>) {
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

/// A request without a body.
pub fn request(url: &str) -> Request {
    Request {
        purpose: "test".to_owned(),
        method: Method::Get,
        url: url.to_owned(),
        sensitive_url: true,
        headers: Vec::new(),
        body: Body::Empty,
        connect_timeout_ms: 10_000,
        idle_timeout_ms: 10_000,
        answer_timeout_ms: 10_000,
        response_limit: 1000,
        save_at: None,
        save_limit: 0,
    }
}
