//! A lock on a path, for one process at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use same_file::Handle;

use crate::beside::beside;
use crate::contract::FileError;

/// Nobody else has the path as long as this value lives: an exclusive lock is held on `PATH.lock`, which
/// is removed at the end.
#[derive(Debug)]
pub(crate) struct PathLock {
    beside: PathBuf,
    /// Kept open: that is the lock.
    _file: File,
}

impl PathLock {
    /// Takes the path, which need not be there. [`FileError::InUse`] if another process has it.
    pub(crate) fn take(path: &Path) -> Result<Self, FileError> {
        let beside = beside(path, ".lock");
        loop {
            let file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(&beside)?;
            if let Some(mut file) = locked(file, &beside)? {
                mark(&mut file)?;
                return Ok(Self {
                    beside,
                    _file: file,
                });
            }
        }
    }
}

impl Drop for PathLock {
    fn drop(&mut self) {
        // Still locked: nobody else can have taken it. One that stays is no lock.
        let _ = fs::remove_file(&self.beside);
    }
}

/// Locks the file that was opened at a path. None if it is not there any more: whoever had it has
/// removed it in between, and the lock would be on nothing.
fn locked(file: File, path: &Path) -> Result<Option<File>, FileError> {
    match file.try_lock() {
        Ok(()) => Ok(is_at(&file, path)?.then_some(file)),
        Err(TryLockError::WouldBlock) => Err(FileError::InUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Marks a lock that is held as this process's: `flock PID`, for the host in Node.js, which knows no such
/// locks. That one writes `pid PID`, and has it as long as the process lives.
fn mark(lock: &mut File) -> Result<(), FileError> {
    let mut held_by = String::new();
    (&*lock).take(32).read_to_string(&mut held_by)?;
    let process = held_by.trim_end().strip_prefix("pid ");
    if process.and_then(|id| id.parse().ok()).is_some_and(is_alive) {
        return Err(FileError::InUse);
    }
    lock.set_len(0)?;
    lock.rewind()?;
    writeln!(lock, "flock {}", std::process::id())?;
    Ok(())
}

/// Whether a process is there, as far as this one may know.
fn is_alive(process: u32) -> bool {
    let asked = Command::new("kill")
        .args(["-0", &process.to_string()])
        .stderr(Stdio::null())
        .status();
    asked.is_ok_and(|status| status.success())
}

/// Whether an open file is the one that is found at a path.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let opened = Handle::from_file(file.try_clone()?)?;
    match Handle::from_path(path) {
        Ok(found) => Ok(found == opened),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_has_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("c");
        let held = PathLock::take(&path).unwrap();
        assert_eq!(PathLock::take(&path).unwrap_err(), FileError::InUse);
        drop(held);

        // Opened while another has it, locked when that one has removed it.
        let held = PathLock::take(&path).unwrap();
        let lock = directory.path().join("c.lock");
        let early = File::open(&lock).unwrap();
        drop(held);
        let next = PathLock::take(&path).unwrap();
        assert!(locked(early, &lock).unwrap().is_none());
        drop(next);
        assert!(!lock.exists());
    }
}
