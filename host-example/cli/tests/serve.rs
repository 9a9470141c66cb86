//! `atlas-host serve` as a process: how it starts, and how it is stopped.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise, and so may its helpers"
)]

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const SECOND: Duration = Duration::from_secs(1);

/// A server that is killed when this is dropped.
struct Serve {
    child: Child,
    address: String,
    stderr: BufReader<ChildStderr>,
    token: Option<String>,
}

impl Serve {
    fn start(directory: &Path, arguments: &[&str]) -> Self {
        let mut child = command(directory, arguments).spawn().unwrap();
        let mut told = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        while !told.contains("Its data is in") {
            assert_ne!(stdout.read_line(&mut told).unwrap(), 0, "{told}");
        }
        let (_, address) = told.split_once("listens on http://").unwrap();
        let address = address.lines().next().unwrap().to_owned();
        // A second start makes no token.
        let token = (!directory.join("token").exists()).then(|| {
            stdout.read_line(&mut told).unwrap();
            fs::write(directory.join("token"), "").unwrap();
            told.split_once("once: ").unwrap().1.trim().to_owned()
        });
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Self {
            child,
            address,
            stderr,
            token,
        }
    }

    fn terminate(&self) {
        let id = self.child.id().to_string();
        let kill = Command::new("kill").args(["-TERM", &id]).status();
        assert!(kill.unwrap().success());
    }

    /// Waits until it is said that it stops.
    fn says_that_it_stops(&mut self) {
        let mut line = String::new();
        self.stderr.read_line(&mut line).unwrap();
        assert!(line.starts_with("Stopping"), "{line}");
    }

    /// Waits until nobody listens any more. A connection that came just before is closed.
    fn accepts_no_more(&self) {
        let start = Instant::now();
        while TcpStream::connect(&self.address).is_ok() {
            assert!(start.elapsed() < 30 * SECOND, "still listens");
            thread::sleep(SECOND / 100);
        }
    }

    fn connect(&self, sent: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(10 * SECOND)).unwrap();
        stream.write_all(sent.as_bytes()).unwrap();
        stream
    }

    fn request(&self, token: &str, method: &str, path: &str, body: &str) -> String {
        let length = body.len();
        let head = format!("{method} /api/v1{path} HTTP/1.1\r\nHost: x\r\nX-Atlas-Token: {token}");
        let answer = rest(self.connect(&format!(
            "{head}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        )));
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    /// Begins to upload "content" as the file of a new version.
    fn half_an_upload(&self) -> TcpStream {
        let token = self.token.as_ref().unwrap();
        let artifact = json!({"artifact": {"username": "hashicorp", "name": "web"}});
        self.request(token, "POST", "/artifacts", &artifact.to_string());
        let version = json!({"artifact_version": {"id": "File", "file": true}}).to_string();
        let version = self.request(token, "POST", "/artifacts/hashicorp/web/t", &version);
        let version: Value = serde_json::from_str(&version).unwrap();
        let key = version["upload_token"].as_str().unwrap();
        let upload = self.connect(&format!(
            "PUT /_binstore/{key} HTTP/1.1\r\nHost: x\r\nContent-Length: 7\r\n\r\ncon"
        ));
        thread::sleep(SECOND / 2);
        upload
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn command(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_atlas-host"));
    command
        .args(["serve", "--data", "data", "--listen", "127.0.0.1:0"])
        .args(arguments)
        .current_dir(directory)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What comes until the server closes the connection.
fn rest(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    // A reset is an end, too.
    assert!(read.map_or_else(|error| error.kind() == ErrorKind::ConnectionReset, |_| true));
    String::from_utf8(answer).unwrap()
}

#[test]
fn an_upload_in_flight_at_a_sigterm_is_finished_and_there_after_a_new_start() {
    let directory = tempfile::tempdir().unwrap();
    let mut serve = Serve::start(directory.path(), &[]);
    let mut upload = serve.half_an_upload();
    let idle = serve.connect("");
    serve.terminate();
    serve.says_that_it_stops();
    assert_eq!(rest(idle), "");
    serve.accepts_no_more();
    upload.write_all(b"tent").unwrap();
    let answer = rest(upload);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(serve.child.wait().unwrap().code(), Some(143));

    let token = serve.token.take().unwrap();
    let again = Serve::start(directory.path(), &[]);
    let file = again.request(&token, "GET", "/artifacts/hashicorp/web/t/1/file", "");
    assert_eq!(file, "content");
}

#[test]
fn a_second_signal_ends_at_once_and_so_does_the_end_of_the_grace() {
    for (grace, second) in [("100", true), ("1", false)] {
        let directory = tempfile::tempdir().unwrap();
        let mut serve = Serve::start(directory.path(), &["--shutdown-grace", grace]);
        let upload = serve.half_an_upload();
        serve.terminate();
        serve.says_that_it_stops();
        thread::sleep(SECOND / 2);
        assert!(serve.child.try_wait().unwrap().is_none());
        let start = Instant::now();
        if second {
            serve.terminate();
        }
        assert_eq!(serve.child.wait().unwrap().code(), Some(143));
        assert!(start.elapsed() < 20 * SECOND, "{:?}", start.elapsed());
        assert_eq!(rest(upload), "");
    }
}

#[test]
fn what_it_is_started_with_wrongly_is_named() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("key.pem"), "").unwrap();
    let tls = ["--tls-cert", "cert.pem", "--tls-key", "key.pem"];
    for (arguments, status, said) in [
        (&tls[..], 1, "cannot use cert.pem for TLS: No such file"),
        (&tls[..2], 2, "--tls-key <FILE>"),
        (&["--url", "atlas"], 1, "the URL atlas must be"),
    ] {
        let output = command(directory.path(), arguments).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(status), "{stderr}");
        assert!(stderr.contains(said), "{stderr}");
    }
}

#[test]
fn metrics_are_told_if_that_is_wanted() {
    let directory = tempfile::tempdir().unwrap();
    let serve = Serve::start(directory.path(), &["--metrics"]);
    let get = "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assert!(rest(serve.connect(get)).contains("\natlas_connections 1\n"));
}
