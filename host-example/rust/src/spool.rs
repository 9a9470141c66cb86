//! Where an archive is kept until it is uploaded.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A file without a name: it is gone when it is closed, however the program ends.
pub(crate) struct Spool {
    file: File,
    directory: PathBuf,
    size: u64,
}

impl Spool {
    /// A new one in that directory.
    pub(crate) fn new(directory: &Path) -> Result<Self, String> {
        let file = tempfile::tempfile_in(directory)
            .map_err(|error| unusable(directory, "can't be written to", &error))?;
        Ok(Self {
            file,
            directory: directory.to_owned(),
            size: 0,
        })
    }

    /// Adds bytes at the end.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.size += bytes.len() as u64;
        self.file
            .write_all(bytes)
            .map_err(|error| match error.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    unusable(&self.directory, "has no room for the archive", &error)
                }
                _ => unusable(&self.directory, "can't be written to", &error),
            })
    }

    /// How many bytes are in it, and the file, to be read from its start.
    pub(crate) fn finish(mut self) -> Result<(u64, File), String> {
        self.file
            .seek(SeekFrom::Start(0))
            .map_err(|error| unusable(&self.directory, "can't be read", &error))?;
        Ok((self.size, self.file))
    }
}

fn unusable(directory: &Path, what: &str, error: &io::Error) -> String {
    format!(
        "the spool directory {} {what} ({error}); choose another one",
        directory.display()
    )
}
