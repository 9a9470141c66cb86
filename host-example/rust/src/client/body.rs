//! A request's body. What is of a file is read and hashed by a thread of its own while it is sent.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::thread;

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::sync::mpsc::{Receiver, channel};

use super::progress::Progress;
use super::reader::{Digest, Reader};
use crate::beginning::too_short;
use crate::contract::{ByteRange, FileError};
use crate::storage::Storage;

/// How many chunks wait to be sent.
const WAITING: usize = 8;

/// The body: exactly as many bytes as were announced, or an [`Unreadable`].
pub(super) struct Outgoing {
    chunks: Receiver<Result<Vec<u8>, FileError>>,
    length: u64,
    left: u64,
    progress: Progress,
}

/// The file can't be read (any more), or is not what it was.
#[derive(Debug, thiserror::Error)]
#[error("the body can't be read")]
pub(super) struct Unreadable(pub(super) FileError);

/// Bytes on their way. The connection lets go of them when it has sent them.
struct Chunk {
    bytes: Vec<u8>,
    progress: Progress,
}

impl AsRef<[u8]> for Chunk {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        self.progress.taken(self.bytes.len());
    }
}

impl Outgoing {
    /// These bytes.
    pub(super) fn bytes(bytes: &[u8], progress: &Progress) -> Self {
        let (sender, chunks) = channel(1);
        // There is room for one.
        let _ = sender.try_send(Ok(bytes.to_owned()));
        Self::new(chunks, bytes.len() as u64, progress)
    }

    /// Bytes of a file or of the archive.
    pub(super) async fn range(
        range: &ByteRange,
        storage: &Storage,
        progress: &Progress,
        digest: &Digest,
    ) -> Result<Self, FileError> {
        let mut reader = Reader::open(range, storage, digest).await?;
        let (sender, chunks) = channel(WAITING);
        thread::spawn(move || {
            while let Some(read) = reader.read().transpose() {
                // If nobody listens, the request has been given up.
                let is_over = read.is_err();
                if sender.blocking_send(read).is_err() || is_over {
                    return;
                }
            }
        });
        Ok(Self::new(chunks, range.length, progress))
    }

    fn new(chunks: Receiver<Result<Vec<u8>, FileError>>, length: u64, progress: &Progress) -> Self {
        Self {
            chunks,
            length,
            left: length,
            progress: progress.clone(),
        }
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = Unreadable;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Unreadable>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let bytes = match ready!(self.chunks.poll_recv(context)) {
            Some(Ok(bytes)) => bytes,
            Some(Err(error)) => return Poll::Ready(Some(Err(Unreadable(error)))),
            None => return Poll::Ready(Some(Err(Unreadable(too_short())))),
        };
        self.left -= bytes.len() as u64;
        let chunk = Chunk {
            bytes,
            progress: self.progress.clone(),
        };
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_owner(chunk)))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
