//! `atlas-host serve` in a process of its own, which can be killed.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long a start is tried.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server. It is killed when it is dropped, with SIGKILL where there are signals.
pub struct Serve {
    process: Child,
    output: BufReader<ChildStdout>,
    url: String,
}

impl Serve {
    /// On a free port.
    pub fn start(data: &Path) -> Self {
        Self::try_start(data, "127.0.0.1:0").unwrap()
    }

    /// Where one was before. Somebody else may have its port for a moment.
    pub fn start_at(data: &Path, address: SocketAddr) -> Self {
        let start = Instant::now();
        loop {
            if let Some(server) = Self::try_start(data, &address.to_string()) {
                return server;
            }
            assert!(start.elapsed() < PATIENCE, "it does not start again");
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn try_start(data: &Path, address: &str) -> Option<Self> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_atlas-host"));
        let mut process = command
            .args(["serve", "--listen", address, "--data"])
            .arg(data)
            .env_remove("ATLAS_DATABASE")
            .env_remove("ATLAS_BLOBS")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut server = Self {
            output: BufReader::new(process.stdout.take().unwrap()),
            process,
            url: String::new(),
        };
        server.url = server.word("Atlas listens on ")?;
        Some(server)
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        let (_, address) = self.url.split_once("://").unwrap();
        address.parse().unwrap()
    }

    /// What follows these words in what it tells; none if it ends without them.
    pub fn word(&mut self, before: &str) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            if let Some(word) = line.strip_prefix(before) {
                return Some(word.trim_end().to_owned());
            }
        }
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
