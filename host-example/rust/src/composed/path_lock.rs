//! WASI knows no locks.

use std::path::Path;

use crate::contract::FileError;

/// Where others hold a lock on the path, there may be a `PATH.lock`; whether it is held, nobody here can
/// ask. That two do not work with one path is their user's to see to.
#[derive(Debug)]
pub(crate) struct PathLock;

impl PathLock {
    /// Takes the path, if something can be put there.
    pub(crate) fn take(path: &Path) -> Result<Self, FileError> {
        match path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
        {
            Some(parent) if !parent.is_dir() => Err(FileError::NotFound),
            _ => Ok(Self),
        }
    }
}
