//! Why a release is not made.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use crate::compose;

/// Why a release, or a part of it, is not made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or directory can't be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A program can't be started.
    #[error("{program} can't be run: {source}{help}")]
    Program {
        /// Its name.
        program: String,
        /// What the system says.
        source: io::Error,
        /// How to get it, where that is known.
        help: &'static str,
    },
    /// A program has ended with an error.
    #[error("{command} failed ({status}){said}")]
    Failed {
        /// The program and its arguments.
        command: String,
        /// How it ended.
        status: ExitStatus,
        /// What it said on stderr, where that was not shown.
        said: String,
    },
    /// No WebAssembly is built.
    #[error(transparent)]
    Wasm(#[from] atlas_wasm_build::Error),
    /// The command and the component are not composed.
    #[error(transparent)]
    Compose(#[from] compose::Error),
    /// The contract in `wit/` can't be read.
    #[error("the contract in wit/: {0}")]
    Wit(String),
    /// A key, or what was signed with it.
    #[error("{}: {reason}", path.display())]
    Signature {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A file is not the one that was summed up.
    #[error("{0} is not a file that SHA256SUMS names, as it is there")]
    Sum(String),
    /// Something is not as it has to be for a release.
    #[error("{0}")]
    Unfit(String),
}

impl Error {
    /// What went wrong with a file.
    pub fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}
