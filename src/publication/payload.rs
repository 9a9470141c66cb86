//! What of an artifact's files is uploaded.

use crate::atlas::BodySource;

/// What is uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// Nothing: the artifact has no files.
    None,
    /// One file, as it is.
    AsIs {
        /// Where it is.
        path: String,
        /// Its bytes.
        size: u64,
    },
    /// The archive that the host has made.
    Archive {
        /// Its bytes.
        size: u64,
    },
}

impl Payload {
    /// Bytes that are uploaded; `None` if there is nothing to upload.
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::None => None,
            Self::AsIs { size, .. } | Self::Archive { size } => Some(*size),
        }
    }

    /// What its bytes are taken from, and how many there are; `None` if there is nothing to upload.
    pub fn source(self) -> Option<(BodySource, u64)> {
        match self {
            Self::None => None,
            Self::AsIs { path, size } => Some((BodySource::File(path), size)),
            Self::Archive { size } => Some((BodySource::Archive, size)),
        }
    }
}
