//! A Vagrant with a home of its own.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::BOX;
use super::support::host::said;

/// The installed Vagrant, as somebody uses it who has no boxes yet.
pub struct Vagrant {
    home: TempDir,
}

impl Vagrant {
    /// None where it is not installed.
    pub fn find() -> Option<Self> {
        let vagrant = Self {
            home: tempfile::tempdir().unwrap(),
        };
        let version = vagrant
            .command(&["--version"])
            .stdout(Stdio::null())
            .status();
        if version.is_ok_and(|status| status.success()) {
            return Some(vagrant);
        }
        let told = "vagrant is not installed: it does not try the boxes";
        assert!(std::env::var_os("CI").is_none(), "{told}");
        eprintln!("{told}");
        None
    }

    /// Where it runs, and looks for its `Vagrantfile`.
    pub fn directory(&self) -> &Path {
        self.home.path()
    }

    /// The command, which knows no token and no server.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("vagrant");
        let is_known = |name: &OsStr| {
            let name = name.to_string_lossy();
            name.starts_with("ATLAS") || name.starts_with("VAGRANT")
        };
        for (name, _) in std::env::vars_os().filter(|(name, _)| is_known(name)) {
            command.env_remove(name);
        }
        command
            .args(arguments)
            .current_dir(self.directory())
            .env("HOME", self.directory())
            .env("VAGRANT_HOME", self.directory().join("vagrant.d"))
            .env("VAGRANT_CHECKPOINT_DISABLE", "1")
            .stdin(Stdio::null());
        command
    }

    /// Runs it to a good end; what it said.
    pub fn succeeds(&self, arguments: &[&str]) -> String {
        run(&mut self.command(arguments), true)
    }

    /// Runs it to a bad end; what it said.
    pub fn fails(&self, arguments: &[&str]) -> String {
        run(&mut self.command(arguments), false)
    }

    /// The disk in an added box.
    pub fn disk(&self, version: &str, provider: &str) -> Vec<u8> {
        let name = BOX.replace('/', "-VAGRANTSLASH-");
        let boxes = self.directory().join("vagrant.d/boxes").join(name);
        fs::read(boxes.join(version).join(provider).join("disk")).unwrap()
    }

    /// The boxes that it lists.
    pub fn boxes(&self) -> Vec<String> {
        let listed = self.succeeds(&["box", "list"]);
        let lines = listed.lines().filter(|line| line.starts_with(BOX));
        lines.map(str::to_owned).collect()
    }
}

/// Runs it to a good or bad end; what it said, without the token of course.
pub fn run(command: &mut Command, to_good_end: bool) -> String {
    let output = command.output().unwrap();
    let said = said(&output);
    assert_eq!(output.status.success(), to_good_end, "{said}");
    said
}
