//! What of an artifact's files is uploaded.

use crate::atlas::Body;

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

    /// The request body that uploads it, and its bytes; `None` if there is nothing to upload.
    pub fn upload(self) -> Option<(Body, u64)> {
        match self {
            Self::None => None,
            Self::AsIs { path, size } => Some((Body::File(path), size)),
            Self::Archive { size } => Some((Body::Archive, size)),
        }
    }
}
