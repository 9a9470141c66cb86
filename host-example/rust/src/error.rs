//! What can go wrong between the host and the component.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::contract::{Diagnostic, Severity};

/// The component could not do its part. What it finds wrong with an input is no such error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It is not a component, or one of another contract.
    #[error("the component can't be loaded: {0}")]
    Component(String),
    /// A directory that was to be opened for the component can't be.
    #[error("{}: {source}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A call took longer than the sandbox allows.
    #[error("the component did not come back from `{call}` within {limit:?} and was stopped")]
    Deadline {
        /// The function that was called.
        call: &'static str,
        /// The sandbox's limit.
        limit: Duration,
    },
    /// The component asked for more memory than the sandbox allows.
    #[error("the component needs more than {limit} bytes of memory in `{call}` and was stopped")]
    Memory {
        /// The function that was called.
        call: &'static str,
        /// The sandbox's limit.
        limit: usize,
    },
    /// The component gave up in the middle of a call, by a panic for example.
    #[error("the component broke in `{call}`: {reason}")]
    Trap {
        /// The function that was called.
        call: &'static str,
        /// What wasmtime says, with what the component wrote to its stderr.
        reason: String,
    },
    /// The component asked to send a file that was not given to it.
    #[error("the component asked to send {0}, which is not a file of the artifact")]
    ForeignFile(String),
}

/// All that the component finds wrong with an input, warnings included, in the order of the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errors = self.0.iter().filter(|d| d.severity == Severity::Error);
        for (index, error) in errors.enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{}", error.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
