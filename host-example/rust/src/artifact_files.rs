//! The files of an artifact: their paths as the guest sees them, and the directories that it reads.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::contract::Artifact;
use crate::runtime::Sandbox;

/// How many links may follow each other. Linux gives up at 40 as well.
const MOST_LINKS: usize = 40;

impl Artifact {
    /// Makes the paths of the files what they are for the guest: absolute, relative ones below the
    /// working directory. A single one that is a symbolic link goes by what it leads to, wherever
    /// that is; of several, each goes by its own name. What does not exist stays as it is, for the
    /// component to name.
    pub fn resolve_files(&mut self) {
        let single = self.files.len() == 1;
        for file in &mut self.files {
            let path = match canonical(Path::new(&*file)) {
                Ok(path) if single => Ok(path),
                _ => std::path::absolute(&*file),
            };
            if let Some(path) = path
                .ok()
                .and_then(|path| path.into_os_string().into_string().ok())
            {
                *file = path;
            }
        }
    }
}

impl Sandbox {
    /// Lets the guest read the directories that the artifact's files are in, and those that symbolic
    /// links among the files lead to. What does not exist is left for the component to name.
    pub fn artifact_directories(mut self, artifact: &Artifact) -> Self {
        let mut directories = BTreeSet::new();
        for file in &artifact.files {
            let mut path = PathBuf::from(file);
            for _ in 0..MOST_LINKS {
                let parent = path.parent().unwrap_or(&path).to_owned();
                let link = fs::read_link(&path);
                if link.is_err() && path.is_dir() {
                    directories.insert(path);
                    break;
                }
                directories.insert(parent.clone());
                match link {
                    Ok(target) => path = without_dots(&parent.join(target)),
                    Err(_) => break,
                }
            }
        }
        for directory in directories.into_iter().filter(|d| d.is_dir()) {
            self = self.directory(directory);
        }
        self
    }
}

/// The path that a path leads to.
#[cfg(not(target_family = "wasm"))]
fn canonical(path: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(path)
}

/// The path that a path leads to. WASI tells no more of it than what a link says.
#[cfg(target_family = "wasm")]
fn canonical(path: &Path) -> io::Result<PathBuf> {
    let mut path = without_dots(&std::path::absolute(path)?);
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            Ok(target) => path = without_dots(&path.parent().unwrap_or(&path).join(target)),
            Err(_) => break,
        }
    }
    Ok(path)
}

/// The path without `.` and `..`, as the component writes it.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}
