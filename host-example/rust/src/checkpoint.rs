//! The file that keeps a publication's checkpoint.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file that keeps a publication's checkpoint. It always holds a whole one, whenever the program
/// or the machine stops: each is written beside it, and then put in its place.
#[derive(Debug)]
pub struct CheckpointFile {
    path: PathBuf,
    /// What it holds, if this wrote it.
    holds: String,
}

impl CheckpointFile {
    /// The file of that path, which need not be there yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            holds: String::new(),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The checkpoint; `None` if there is no file.
    pub fn read(&self) -> io::Result<Option<String>> {
        match fs::read_to_string(&self.path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Puts a checkpoint in place of the one before.
    pub fn write(&mut self, checkpoint: &str) -> io::Result<()> {
        if self.holds == checkpoint {
            return Ok(());
        }
        let beside = self.beside();
        let mut file = File::create(&beside)?;
        file.write_all(checkpoint.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, &self.path)?;
        self.holds = checkpoint.to_owned();
        Ok(())
    }

    /// Removes it: the publication is at its end.
    pub fn remove(&self) -> io::Result<()> {
        let removed = |path: &Path| match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
        removed(&self.beside())?;
        removed(&self.path)
    }

    fn beside(&self) -> PathBuf {
        let mut name = OsString::from(&self.path);
        name.push(".new");
        name.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_the_last_one_until_it_is_removed() {
        let directory = tempfile::tempdir().unwrap();
        let mut file = CheckpointFile::new(directory.path().join("c"));
        assert_eq!(file.read().unwrap(), None);
        for text in ["one", "two", "two"] {
            file.write(text).unwrap();
            assert_eq!(file.read().unwrap().as_deref(), Some(text));
        }
        // As if the program had been killed in the middle of a third.
        fs::write(directory.path().join("c.new"), "thr").unwrap();
        assert_eq!(file.read().unwrap().as_deref(), Some("two"));
        file.remove().unwrap();
        file.remove().unwrap();
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_can_not_be_written_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        let mut file = CheckpointFile::new(directory.path().join("missing").join("c"));
        assert!(file.write("x").is_err());
        assert!(CheckpointFile::new(directory.path()).read().is_err());
    }
}
