//! Where an archive is kept until it is uploaded.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::contract::FileError;

/// The system's directory for what is temporary.
pub(crate) fn usual_directory() -> PathBuf {
    #[cfg(not(target_family = "wasm"))]
    return std::env::temp_dir();
    // The standard library knows none there.
    #[cfg(target_family = "wasm")]
    {
        let named = std::env::var_os("TMPDIR").map(PathBuf::from);
        let mut known = named.into_iter().chain([PathBuf::from("/tmp")]);
        known
            .find(|path| path.is_dir())
            .unwrap_or_else(|| PathBuf::from("."))
    }
}

/// An archive, ready to be uploaded.
pub struct Packed {
    /// Its bytes. The file has no name, and is gone once it is closed.
    pub file: Arc<File>,
    /// How many they are.
    pub size: u64,
}

/// A file without a name: it is gone when it is closed, however the program ends.
pub(crate) struct Spool {
    file: File,
    size: u64,
}

impl Spool {
    /// A new one in that directory.
    pub(crate) fn new(directory: &Path) -> Result<Self, FileError> {
        let file = tempfile::tempfile_in(directory)?;
        Ok(Self { file, size: 0 })
    }

    /// Adds bytes at the end.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.size += bytes.len() as u64;
        Ok(self.file.write_all(bytes)?)
    }

    /// All that was written, to be read from its start.
    pub(crate) fn finish(mut self) -> Result<Packed, FileError> {
        self.file.seek(SeekFrom::Start(0))?;
        Ok(Packed {
            file: Arc::new(self.file),
            size: self.size,
        })
    }
}
