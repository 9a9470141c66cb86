//! The sources that a release is made of.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use atlas_wasm_build::without_places;

use crate::error::Error;
use crate::process;

/// The version that everything of a release has: it is the workspace's.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A checkout.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: PathBuf,
    target: PathBuf,
    tools: PathBuf,
    date: String,
}

impl Workspace {
    /// The checkout in a directory. What is built goes below `target`; what packages are built with, as
    /// their lock files say, below `tools`.
    ///
    /// What has a date gets `SOURCE_DATE_EPOCH`, or else that of the commit.
    pub fn open(root: &Path, target: &Path, tools: &Path) -> Result<Self, Error> {
        let root = canonical(root)?;
        let date = match std::env::var("SOURCE_DATE_EPOCH") {
            Ok(date) => date,
            Err(_) => text(git(&root).args(["log", "-1", "--format=%ct"]))?,
        };
        for directory in [target, tools] {
            fs::create_dir_all(directory).map_err(Error::file(directory))?;
        }
        Ok(Self {
            root,
            target: canonical(target)?,
            tools: canonical(tools)?,
            date,
        })
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The time that everything of a release has, in seconds since 1970.
    pub fn date(&self) -> &str {
        &self.date
    }

    /// Where cargo builds.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Where something of the release is prepared.
    pub fn scratch(&self, name: &str) -> PathBuf {
        self.target.join("release-parts").join(name)
    }

    /// Where something that packages are built with is kept.
    pub fn tools(&self, name: &str) -> PathBuf {
        self.tools.join(name)
    }

    /// A program that works in it, and takes the commit's time for the present.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(&self.root)
            .env("SOURCE_DATE_EPOCH", &self.date);
        command
    }

    /// A cargo whose results say nothing about this machine.
    pub fn cargo(&self) -> Command {
        let mut cargo = self.command("cargo");
        let root = self.root.display();
        cargo
            .env("CARGO_ENCODED_RUSTFLAGS", without_places(&self.root))
            .env("CFLAGS", format!("-ffile-prefix-map={root}=."))
            .env("CARGO_INCREMENTAL", "0");
        cargo
    }

    /// Copies the licences to where a package is prepared.
    pub fn add_licences(&self, to: &Path) -> Result<(), Error> {
        for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
            let licence = self.root.join(name);
            fs::copy(&licence, to.join(name)).map_err(Error::file(&licence))?;
        }
        Ok(())
    }

    /// Copies the files that git knows below `part` of it, as they are now, to a new directory.
    pub fn stage(&self, part: &str, to: &Path) -> Result<(), Error> {
        if to.exists() {
            fs::remove_dir_all(to).map_err(Error::file(to))?;
        }
        let from = self.root.join(part);
        for name in text(git(&from).args(["ls-files", "-z"]))?.split_terminator('\0') {
            let (source, copy) = (from.join(name), to.join(name));
            let parent = copy.parent().unwrap_or(to);
            fs::create_dir_all(parent).map_err(Error::file(parent))?;
            fs::copy(&source, &copy).map_err(Error::file(&source))?;
        }
        Ok(())
    }
}

fn canonical(path: &Path) -> Result<PathBuf, Error> {
    fs::canonicalize(path).map_err(Error::file(path))
}

fn git(directory: &Path) -> Command {
    let mut git = Command::new("git");
    git.arg("-C").arg(directory);
    git
}

fn text(command: &mut Command) -> Result<String, Error> {
    let printed = process::output(command)?;
    Ok(String::from_utf8_lossy(&printed).trim().to_owned())
}
