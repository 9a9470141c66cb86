//! The server, in a process of its own.

use std::{fs, path::Path, process::Stdio, time::Duration};

use atlas_server::Options;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// The token that it accepts.
pub const TOKEN: &str = "load.atlasv1.token";

const DIRECTORY: &str = "LOAD_SERVER_DIRECTORY";
const DATABASE: &str = "LOAD_SERVER_DATABASE";

/// The process. It ends when this is dropped.
pub struct Process {
    child: Child,
    pub url: String,
}

impl Process {
    pub async fn start(directory: &Path, database: Option<&str>) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .env(DIRECTORY, directory)
            .envs(database.map(|url| (DATABASE, url)))
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines.next_line().await.unwrap().unwrap();
        Self { child, url }
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        self.url.split_once("://").unwrap().1
    }

    /// How long it has computed, which says more than a clock where others compute, too. Zero where the system
    /// is not Linux.
    pub fn cpu(&self) -> Duration {
        let id = self.child.id().unwrap();
        let text = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        // The name before may have spaces in it.
        let (_, fields) = text.rsplit_once(')').unwrap_or_default();
        let ticks = fields
            .split(' ')
            .skip(12)
            .take(2)
            .map(|ticks| ticks.parse::<u64>());
        // Linux tells programs hundredths of a second, whatever it counts itself.
        Duration::from_millis(10 * ticks.map(Result::unwrap).sum::<u64>())
    }
}

/// Whether this process is to be the server.
pub fn is_server() -> bool {
    std::env::var_os(DIRECTORY).is_some()
}

/// What that does.
pub async fn serve() {
    let directory = std::env::var_os(DIRECTORY).unwrap();
    let mut options = Options::new(directory).token(TOKEN);
    options.database = std::env::var(DATABASE).ok();
    let server = atlas_server::start(options).await.unwrap();
    println!("{}", server.url());
    server.wait().await;
}
