//! One checkpoint, one publication: who comes second with the same `--resume` is refused before it
//! sends anything, by every host and among hosts, until the first one is gone, however it went.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use support::atlas::TOKEN;
use support::host::{Host, names, said};
use support::hosts::{self, CommandHost};

/// A server that takes connections and never answers.
struct Silent {
    url: String,
    connections: Arc<AtomicUsize>,
    connected: mpsc::Receiver<()>,
}

impl Silent {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let (tell, connected) = mpsc::channel();
        let counted = Arc::clone(&connections);
        thread::spawn(move || {
            let mut held = Vec::new();
            for stream in listener.incoming() {
                counted.fetch_add(1, Ordering::SeqCst);
                held.push(stream);
                if tell.send(()).is_err() {
                    return;
                }
            }
        });
        Self {
            url,
            connections,
            connected,
        }
    }
}

fn publish(host: &Host, by: &CommandHost, url: &str) -> Command {
    let mut command = host.command_of(by, "publish");
    command
        .args(["--artifact", "artifact.json", "--resume", "checkpoint.json"])
        .args(["--attempts", "1", "template.json"])
        .env("ATLAS_ADDRESS", url)
        .env("ATLAS_TOKEN", TOKEN);
    command
}

/// Starts one that has sent its first request and waits for the answer.
fn waiting(host: &Host, by: &CommandHost, silent: &Silent) -> Child {
    let mut command = publish(host, by, &silent.url);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let first = command.spawn().unwrap();
    let patience = Duration::from_secs(60);
    silent.connected.recv_timeout(patience).unwrap();
    first
}

#[test]
fn the_second_one_is_refused() {
    let all = || hosts::all().iter().filter(|host| host.locks);
    for first in all() {
        for second in all() {
            let silent = Silent::start();
            let host = Host::new("aws.ami");
            host.artifact("mitchellh.amazonebs", "us-east-1:ami-1", &[]);
            let mut waiting = waiting(&host, first, &silent);
            let output = publish(&host, second, &silent.url).output().unwrap();
            let pair = format!("{} and {}", first.name, second.name);
            assert_eq!(output.status.code(), Some(2), "{pair}: {}", said(&output));
            assert!(
                said(&output).contains("error[file-in-use]"),
                "{pair}: {}",
                said(&output)
            );
            assert_eq!(silent.connections.load(Ordering::SeqCst), 1, "{pair}");
            waiting.kill().unwrap();
            waiting.wait().unwrap();
            // Nobody holds it any more: it is gone on to the server, which is not there.
            let output = publish(&host, second, "http://127.0.0.1:9")
                .output()
                .unwrap();
            assert_eq!(output.status.code(), Some(1), "{pair}: {}", said(&output));
            let left = names(&host.root());
            assert!(
                !left.iter().any(|name| name.ends_with(".lock")),
                "{pair}: {left:?}"
            );
        }
    }
}
