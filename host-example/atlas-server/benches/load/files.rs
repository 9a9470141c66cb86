//! How fast a file is sent and fetched, beside nginx. The client is the same for both, and costs little: the system
//! moves the bytes.
//!
//! nginx only writes what comes; this server computes its SHA-256, too, and notes it in its database.

use std::{
    fs::File,
    io::{self, Read, Write},
    net::TcpStream,
    path::Path,
    time::{Duration, Instant},
};

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::{
    nginx::Nginx,
    process::{Process, TOKEN},
    settings::{Settings, median},
};

/// How long one read or write may wait.
const PATIENCE: Duration = Duration::from_secs(60);

/// Sends and fetches a file in turns, and prints the rates.
pub async fn compare(settings: &Settings) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    let size = settings.file_size;
    let noise: Vec<u8> = (0..1 << 20).map(|_| rand::random()).collect();
    let mut large = File::create(&file).unwrap();
    for _ in 0..size >> 20 {
        large.write_all(&noise).unwrap();
    }
    drop(large);
    let nginx = Nginx::start(&directory.path().join("nginx"));
    let registry = Registry {
        server: Process::start(&directory.path().join("atlas"), None).await,
        client: Client::new(),
    };
    let artifact = json!({"artifact": {"username": "load", "name": "files"}});
    registry.request(Method::POST, "", Some(artifact)).await;
    let mut rates = [const { Vec::new() }; 4];
    for _ in 0..settings.rounds {
        let version = registry.declare().await;
        let address = registry.server.address();
        rates[0].push(send(address, &version.upload, &file, size));
        let download = format!("/api/v1/artifacts{}/file", version.path);
        rates[1].push(fetch(address, &download, size));
        registry.request(Method::DELETE, &version.path, None).await;
        if let Some(nginx) = &nginx {
            rates[2].push(send(&nginx.address, "/sent", &file, size));
            rates[3].push(fetch(&nginx.address, "/sent", size));
        }
    }
    let mebibytes = size >> 20;
    println!(
        "\nA file of {mebibytes} MiB, MB/s:\n{:>30}{:>10}{:>10}",
        "", "send", "fetch"
    );
    let [sent, fetched, nginx_sent, nginx_fetched] = rates.map(median);
    println!("{:>30}{sent:>10.0}{fetched:>10.0}", "this server");
    match nginx {
        None => println!("nginx is not installed."),
        Some(_) => {
            println!("{:>30}{nginx_sent:>10.0}{nginx_fetched:>10.0}", "nginx");
            let (send, fetch) = (sent / nginx_sent, fetched / nginx_fetched);
            println!("{:>30}{send:>10.2}{fetch:>10.2}", "of nginx");
        }
    }
}

struct Registry {
    server: Process,
    client: Client,
}

/// A version that waits for its file.
struct Declared {
    /// Its path after that of the artifacts.
    path: String,
    /// The path that its file is sent to.
    upload: String,
}

impl Registry {
    async fn request(&self, method: Method, path: &str, body: Option<Value>) -> String {
        let url = format!("{}/api/v1/artifacts{path}", self.server.url);
        let request = self
            .client
            .request(method, url)
            .header("x-atlas-token", TOKEN);
        let request = match &body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await.unwrap().error_for_status().unwrap();
        answer.text().await.unwrap()
    }

    async fn declare(&self) -> Declared {
        let version = json!({"artifact_version": {"id": "File", "file": true}});
        let answer = self
            .request(Method::POST, "/load/files/t", Some(version))
            .await;
        let version: Value = serde_json::from_str(&answer).unwrap();
        let upload = version["upload_path"].as_str().unwrap();
        Declared {
            path: format!("/load/files/t/{}", version["version"]),
            upload: upload.strip_prefix(&self.server.url).unwrap().to_owned(),
        }
    }
}

/// Sends the file, and tells how fast.
fn send(address: &str, path: &str, file: &Path, size: u64) -> f64 {
    let mut file = File::open(file).unwrap();
    let start = Instant::now();
    let head = format!("PUT {path} HTTP/1.1\r\nContent-Length: {size}\r\n");
    let mut stream = request(address, &head);
    io::copy(&mut file, &mut stream).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 20"), "{answer}");
    rate(start, size)
}

/// Fetches a file, and tells how fast.
fn fetch(address: &str, path: &str, size: u64) -> f64 {
    let start = Instant::now();
    let mut stream = request(address, &format!("GET {path} HTTP/1.1\r\n"));
    let mut buffer = vec![0; 256 << 10];
    let mut received = 0;
    loop {
        match stream.read(&mut buffer).unwrap() {
            0 => break,
            bytes => received += bytes as u64,
        }
    }
    // The rest is the head.
    assert!((size..size + 4096).contains(&received), "{received}");
    rate(start, size)
}

fn request(address: &str, head: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    let head = format!("{head}Host: x\r\nX-Atlas-Token: {TOKEN}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

fn rate(start: Instant, size: u64) -> f64 {
    size as f64 / 1e6 / start.elapsed().as_secs_f64()
}
