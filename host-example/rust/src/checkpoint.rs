//! The file that keeps a checkpoint.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::beside::{beside, remove};
use crate::contract::FileError;
use crate::path_lock::PathLock;

/// A file that keeps the checkpoint of a publication or a download. It always holds a whole one, whenever
/// the program or the machine stops: each is written beside it, and then put in its place.
///
/// No one else has it as long as this value lives: an exclusive lock is held on `FILE.lock`, which is
/// removed at the end.
#[derive(Debug)]
pub struct CheckpointFile {
    path: PathBuf,
    /// What it holds, if this wrote it.
    holds: String,
    _lock: PathLock,
}

impl CheckpointFile {
    /// Takes the file of that path, which need not be there yet. [`FileError::InUse`] if another
    /// process has it.
    pub fn lock(path: impl Into<PathBuf>) -> Result<Self, FileError> {
        let path = path.into();
        Ok(Self {
            _lock: PathLock::take(&path)?,
            path,
            holds: String::new(),
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The checkpoint, or as much of it as `limit` allows; `None` if there is no file.
    pub fn read(&self, limit: u64) -> Result<Option<Vec<u8>>, FileError> {
        let mut text = Vec::new();
        match File::open(&self.path).and_then(|file| file.take(limit).read_to_end(&mut text)) {
            Ok(_) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Puts a checkpoint in place of the one before. As long as it is empty, that one stays.
    pub fn write(&mut self, checkpoint: &str) -> Result<(), FileError> {
        if self.holds == checkpoint {
            return Ok(());
        }
        let new = beside(&self.path, ".new");
        let written = File::create(&new)
            .and_then(|mut file| {
                file.write_all(checkpoint.as_bytes())?;
                file.sync_all()
            })
            .and_then(|()| fs::rename(&new, &self.path));
        if let Err(error) = written {
            // What is half written helps nobody; if it can't be removed, the next one takes its place.
            let _ = fs::remove_file(&new);
            return Err(error.into());
        }
        self.holds = checkpoint.to_owned();
        Ok(())
    }

    /// Removes it: there is nothing more to go on with.
    pub fn remove(self) -> Result<(), FileError> {
        remove(&beside(&self.path, ".new"))?;
        Ok(remove(&self.path)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &CheckpointFile) -> Option<String> {
        let text = file.read(100).unwrap()?;
        Some(String::from_utf8(text).unwrap())
    }

    #[test]
    fn it_holds_the_last_one_until_it_is_removed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("c");
        let mut file = CheckpointFile::lock(&path).unwrap();
        assert_eq!(read(&file), None);
        for text in ["one", "two", "two"] {
            file.write(text).unwrap();
            assert_eq!(read(&file).as_deref(), Some(text));
        }
        // As if the program had been killed in the middle of a third.
        fs::write(directory.path().join("c.new"), "thr").unwrap();
        assert_eq!(read(&file).as_deref(), Some("two"));
        assert_eq!(file.read(1).unwrap().as_deref(), Some(&b"t"[..]));
        file.remove().unwrap();
        CheckpointFile::lock(&path).unwrap().remove().unwrap();
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_can_not_be_written_is_an_error_and_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let missing = directory.path().join("missing").join("c");
        assert_eq!(
            CheckpointFile::lock(missing).unwrap_err(),
            FileError::NotFound
        );
        let path = directory.path().join("d");
        fs::create_dir(&path).unwrap();
        let mut file = CheckpointFile::lock(&path).unwrap();
        assert_eq!(file.read(100).unwrap_err(), FileError::IsDirectory);
        assert!(file.write("x").is_err());
        drop(file);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }
}
