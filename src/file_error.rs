//! Why the host can't read or write a file.

use thiserror::Error;

/// Why the host can't read or write a file, in the kinds that every system knows: so the same trouble
/// reads the same, whatever the host is written in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FileError {
    /// There is none.
    #[error("it does not exist")]
    NotFound,
    /// The host may not.
    #[error("access is denied")]
    AccessDenied,
    /// A directory stands where a file is needed.
    #[error("it is a directory")]
    IsDirectory,
    /// There is no room for what was to be written.
    #[error("there is no room left")]
    NoSpace,
    /// Another process holds it.
    #[error("another process is using it")]
    InUse,
    /// Anything else, in the system's words.
    #[error("{0}")]
    Other(String),
}
