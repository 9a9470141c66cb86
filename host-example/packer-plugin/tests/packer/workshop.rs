//! A directory in which Packer runs, with the plugin and the builder `stub` where it finds them.

use std::env;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// No run of Packer takes longer, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(120);
const OUTPUT: &str = "packer-output.txt";

/// The directory.
pub struct Workshop {
    directory: TempDir,
}

/// How a run of Packer ended, and all that it wrote.
pub struct Ended {
    /// Its exit status.
    pub status: Option<i32>,
    /// What it wrote.
    pub output: String,
}

impl Workshop {
    /// A new one.
    pub fn new() -> Self {
        let workshop = Self {
            directory: tempfile::tempdir().unwrap(),
        };
        let root = workshop.root();
        symlink(
            env!("CARGO_BIN_EXE_packer-plugin-atlas"),
            root.join("packer-post-processor-atlas"),
        )
        .unwrap();
        symlink(
            env::current_exe().unwrap(),
            root.join("packer-builder-stub"),
        )
        .unwrap();
        fs::create_dir(root.join("tmp")).unwrap();
        workshop
    }

    /// Where it is, without symbolic links.
    pub fn root(&self) -> PathBuf {
        fs::canonicalize(self.directory.path()).unwrap()
    }

    /// Writes a file.
    pub fn write(&self, name: &str, content: &[u8]) {
        fs::write(self.root().join(name), content).unwrap();
    }

    /// Packer with these arguments, in this directory.
    pub fn packer(&self, arguments: &[&str]) -> Command {
        let root = self.root();
        let mut packer = Command::new("packer");
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("ATLAS") || name.starts_with("PACKER") {
                packer.env_remove(&*name);
            }
        }
        packer
            .args(arguments)
            .current_dir(&root)
            .env("HOME", &root)
            .env("TMPDIR", root.join("tmp"))
            .env("CHECKPOINT_DISABLE", "1")
            .stdin(Stdio::null());
        packer
    }

    /// Starts a command, in a group of processes of its own: what ctrl-c in a terminal goes to.
    pub fn start(&self, mut command: Command) -> Child {
        let output = File::create(self.root().join(OUTPUT)).unwrap();
        let errors = output.try_clone().unwrap();
        command
            .stdout(output)
            .stderr(errors)
            .process_group(0)
            .spawn()
            .unwrap()
    }

    /// What the last command has written so far.
    pub fn output(&self) -> String {
        fs::read_to_string(self.root().join(OUTPUT)).unwrap()
    }

    /// Waits for the end of what was started.
    pub fn end(&self, child: &mut Child) -> Ended {
        let started = Instant::now();
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                return Ended {
                    status: status.code(),
                    output: self.output(),
                };
            }
            if started.elapsed() > PATIENCE {
                signal(child, "KILL");
                panic!("Packer hangs: {}", self.output());
            }
            sleep(Duration::from_millis(10));
        }
    }

    /// Runs a command to its end.
    pub fn run(&self, command: Command) -> Ended {
        let mut child = self.start(command);
        self.end(&mut child)
    }

    /// What is left in the temporary directory.
    pub fn left_behind(&self) -> Vec<String> {
        let entries = fs::read_dir(self.root().join("tmp")).unwrap();
        let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
        entries
            .map(|entry| name(entry).to_string_lossy().into_owned())
            .collect()
    }
}

/// Sends a signal to all processes of a group.
pub fn signal(leader: &Child, name: &str) {
    let status = Command::new("kill")
        .args([&format!("-{name}"), "--", &format!("-{}", leader.id())])
        .status();
    assert!(status.unwrap().success());
}
