//! A server in a process of its own, to be killed or kept short.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use atlas_server::Options;

use crate::support::{TOKEN, options};

/// The process. It is killed when this is dropped.
pub struct Process {
    child: Child,
    pub url: String,
}

impl Process {
    /// Starts a server with so many file descriptors.
    pub fn start(directory: &Path, file_descriptors: u32) -> Self {
        Self::start_with(directory, file_descriptors, [])
    }

    /// Starts a server with these variables in its environment; one is for its store of blobs.
    pub fn start_with<const N: usize>(
        directory: &Path,
        file_descriptors: u32,
        environment: [(&str, &str); N],
    ) -> Self {
        let limited = format!("ulimit -n {file_descriptors} && exec \"$0\" \"$@\"");
        let (_, module) = module_path!().split_once("::").unwrap();
        let test = format!("{module}::serve");
        let database = options(directory).database;
        let mut child = Command::new("sh")
            .args(["-c", &limited])
            .arg(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", &test])
            .env("ATLAS_SERVER_DIRECTORY", directory)
            .envs(database.map(|url| ("ATLAS_SERVER_DATABASE", url)))
            .envs(environment)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut lines = lines.map_while(Result::ok);
        let url = lines.find_map(|line| Some(line.split_once("listens on ")?.1.to_owned()));
        let url = url.unwrap();
        Self { child, url }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Not a test, but what the process runs.
#[tokio::test]
#[ignore = "others run it in a process of its own"]
async fn serve() {
    let Some(directory) = std::env::var_os("ATLAS_SERVER_DIRECTORY") else {
        return;
    };
    let mut options = Options::new(directory).token(TOKEN);
    options.database = std::env::var("ATLAS_SERVER_DATABASE").ok();
    options.blobs = std::env::var("ATLAS_SERVER_BLOBS").ok();
    let server = atlas_server::start(options).await.unwrap();
    println!("listens on {}", server.url());
    server.wait().await;
}
