//! The server, in a process of its own.

use std::{path::Path, process::Stdio};

use atlas_server::Options;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// The token that it accepts.
pub const TOKEN: &str = "load.atlasv1.token";

const DIRECTORY: &str = "ATLAS_LOAD_DIRECTORY";
const DATABASE: &str = "ATLAS_LOAD_DATABASE";

/// The process. It ends when this is dropped.
pub struct Process {
    _child: Child,
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
        Self { _child: child, url }
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
