//! How fast a file is sent and fetched, beside nginx. The client is the same, and costs little: the system moves the bytes.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::process::{Process, TOKEN};

/// How large the file is.
pub const SIZE: u64 = 512 << 20;

/// How often each is measured.
const ROUNDS: usize = 7;

pub async fn compare() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    let noise: Vec<u8> = (0..1 << 20).map(|_| rand::random()).collect();
    let mut large = File::create(&file).unwrap();
    for _ in 0..SIZE >> 20 {
        large.write_all(&noise).unwrap();
    }
    drop(large);
    let nginx = Nginx::start(&directory.path().join("nginx"));
    let server = Process::start(&directory.path().join("atlas"), None).await;
    let address = server.url.split_once("://").unwrap().1;
    let mut rates = [const { Vec::new() }; 4];
    for _ in 0..ROUNDS {
        let version = declare(&server).await;
        let upload = version["upload_path"].as_str().unwrap();
        let (_, upload) = upload.split_once("/_binstore/").unwrap();
        rates[0].push(send(address, &format!("/_binstore/{upload}"), &file));
        let number = &version["version"];
        rates[1].push(fetch(
            address,
            &format!("/api/v1/artifacts/load/files/t/{number}/file"),
        ));
        if let Some(nginx) = &nginx {
            rates[2].push(send(&nginx.address, "/sent", &file));
            rates[3].push(fetch(&nginx.address, "/sent"));
        }
    }
    let rates = rates.map(median);
    println!("{:>32}{:>18}{:>18}", "", "send", "fetch");
    println!("{:>32}{:>18.0}{:>18.0}", "this server", rates[0], rates[1]);
    if nginx.is_some() {
        println!("{:>32}{:>18.0}{:>18.0}", "nginx", rates[2], rates[3]);
        let [send, fetch] = [rates[0] / rates[2], rates[1] / rates[3]];
        println!("{:>32}{send:>18.2}{fetch:>18.2}", "of nginx");
    } else {
        println!("nginx is not installed.");
    }
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or_default()
}

/// A new version that waits for its file.
async fn declare(server: &Process) -> Value {
    let client = reqwest::Client::new();
    let post = async |path: &str, body: Value| {
        let url = format!("{}/api/v1/artifacts{path}", server.url);
        let request = client.post(url).header("x-atlas-token", TOKEN).json(&body);
        request.send().await.unwrap()
    };
    // It is there from the second time on.
    post(
        "",
        json!({"artifact": {"username": "load", "name": "files"}}),
    )
    .await;
    let version = json!({"artifact_version": {"id": "File", "file": true}});
    post("/load/files/t", version).await.json().await.unwrap()
}

/// Sends the file, and tells how fast.
fn send(address: &str, path: &str, file: &Path) -> f64 {
    let mut file = File::open(file).unwrap();
    let start = Instant::now();
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "PUT {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {SIZE}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    io::copy(&mut file, &mut stream).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 20"), "{answer}");
    rate(start)
}

/// Fetches a file, and tells how fast.
fn fetch(address: &str, path: &str) -> f64 {
    let start = Instant::now();
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: x\r\nX-Atlas-Token: {TOKEN}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut buffer = vec![0; 256 << 10];
    let mut received = 0;
    loop {
        match stream.read(&mut buffer).unwrap() {
            0 => break,
            bytes => received += bytes as u64,
        }
    }
    // The rest is the head.
    assert!((SIZE..SIZE + 4096).contains(&received), "{received}");
    rate(start)
}

fn rate(start: Instant) -> f64 {
    SIZE as f64 / 1e6 / start.elapsed().as_secs_f64()
}

/// An nginx that takes files by PUT. It ends when this is dropped.
struct Nginx {
    child: Child,
    address: String,
}

impl Nginx {
    fn start(directory: &Path) -> Option<Self> {
        Command::new("nginx").arg("-v").output().ok()?;
        fs::create_dir_all(directory.join("files")).unwrap();
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = free.local_addr().unwrap().to_string();
        drop(free);
        let user = match rustix::process::geteuid().is_root() {
            true => "user root;",
            false => "",
        };
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path temporary/{name};"))
            .concat();
        fs::create_dir(directory.join("temporary")).unwrap();
        let configuration = format!(
            "{user} daemon off; worker_processes auto; pid nginx.pid; error_log stderr; events {{}}
             http {{ access_log off; sendfile on; tcp_nopush on; client_max_body_size 0; {temporary}
                 server {{ listen {address}; root files; dav_methods PUT; }} }}"
        );
        let file = directory.join("nginx.conf");
        fs::write(&file, configuration).unwrap();
        let child = Command::new("nginx")
            .arg("-p")
            .arg(directory)
            .arg("-c")
            .arg(file)
            .spawn()
            .unwrap();
        while TcpStream::connect(&address).is_err() {
            thread::sleep(Duration::from_millis(10));
        }
        Some(Self { child, address })
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its workers end with it, if it can tell them.
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status();
        if !told.is_ok_and(|status| status.success()) {
            drop(self.child.kill());
        }
        drop(self.child.wait());
    }
}
