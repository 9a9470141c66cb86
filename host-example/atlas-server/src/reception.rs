//! The reception of a file: from the socket through SHA-256 into a blob, at the disk's speed.
//!
//! While one part is hashed and written, the next one is received. So an upload holds two parts in
//! memory, whatever its size, and takes as long as the slowest of the three and not their sum.

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures_util::StreamExt;
use object_store::PutPayload;
use sha2::{Digest, Sha256};
use thiserror::Error;
use tokio::task::{JoinError, JoinHandle, spawn_blocking};

use crate::{blobs::NewBlob, version::Checksum};

/// How much is hashed and written at a time.
const PART_SIZE: usize = 4 << 20;

/// Why a file did not arrive.
#[derive(Debug, Error)]
pub(crate) enum ReceptionError {
    /// The client stopped, or said another length than it sent.
    #[error("the file is incomplete: {received} bytes came{}", .expected.map(|n| format!(" of {n}")).unwrap_or_default())]
    Incomplete {
        /// How many bytes came.
        received: u64,
        /// How many the client announced.
        expected: Option<u64>,
    },
    /// The blob cannot be written.
    #[error(transparent)]
    Store(#[from] object_store::Error),
    /// A part's work did not end.
    #[error(transparent)]
    Work(#[from] JoinError),
}

/// Receives a file to its end, into `blob` if there is one, and tells what came.
pub(crate) async fn receive(
    body: Body,
    expected: Option<u64>,
    mut blob: Option<&mut NewBlob>,
) -> Result<Checksum, ReceptionError> {
    let mut parts = Parts {
        stream: body.into_data_stream(),
        size: 0,
    };
    let mut work = PartWork {
        hasher: spawn_blocking(Sha256::new),
        write: None,
    };
    loop {
        let part = parts.next().await;
        // The part before is waited for even if this one failed: nothing may write any more when
        // the blob is given up.
        let hasher = work.finish().await?;
        let part = part.map_err(|_| ReceptionError::Incomplete {
            received: parts.size,
            expected,
        })?;
        if part.is_empty() {
            if expected.is_some_and(|expected| expected != parts.size) {
                return Err(ReceptionError::Incomplete {
                    received: parts.size,
                    expected,
                });
            }
            return Ok(Checksum {
                size: parts.size,
                sha256: Some(hasher.finalize().into()),
            });
        }
        work = PartWork::start(hasher, part, blob.as_deref_mut());
    }
}

/// The body, gathered into parts without copying.
struct Parts {
    stream: BodyDataStream,
    size: u64,
}

impl Parts {
    /// The next part; it is empty at the end.
    async fn next(&mut self) -> Result<Vec<Bytes>, axum::Error> {
        let mut part = Vec::new();
        let mut size = 0;
        while size < PART_SIZE {
            let Some(bytes) = self.stream.next().await.transpose()? else {
                break;
            };
            if !bytes.is_empty() {
                size += bytes.len();
                self.size += bytes.len() as u64;
                part.push(bytes);
            }
        }
        Ok(part)
    }
}

/// The work on one part, which goes on by itself.
struct PartWork {
    hasher: JoinHandle<Sha256>,
    write: Option<JoinHandle<object_store::Result<()>>>,
}

impl PartWork {
    fn start(mut hasher: Sha256, part: Vec<Bytes>, blob: Option<&mut NewBlob>) -> Self {
        let write = blob.map(|blob| blob.write(PutPayload::from_iter(part.iter().cloned())));
        Self {
            write: write.map(tokio::spawn),
            hasher: spawn_blocking(move || {
                part.iter().for_each(|bytes| hasher.update(bytes));
                hasher
            }),
        }
    }

    async fn finish(self) -> Result<Sha256, ReceptionError> {
        let hasher = self.hasher.await?;
        if let Some(write) = self.write {
            write.await??;
        }
        Ok(hasher)
    }
}
