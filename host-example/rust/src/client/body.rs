//! A request's body. What is of a file is read and hashed by a thread of its own while it is sent.

use std::fs::File;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use std::thread;

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::progress::Progress;
use crate::apart::apart;
use crate::beginning::{Beginning, read_at, too_short};
use crate::contract::{BodySource, ByteRange, FileError};
use crate::read_so_far::ReadSoFar;
use crate::storage::Storage;

/// How much is read at once. A chunk counts as sent once all of it is: small enough for a slow
/// connection to be seen to move.
const CHUNK: usize = 64 * 1024;

/// How many chunks wait to be sent.
const WAITING: usize = 8;

/// The body: exactly as many bytes as were announced, or an [`Unreadable`].
pub(super) struct Outgoing {
    chunks: Receiver<Result<Vec<u8>, FileError>>,
    length: u64,
    left: u64,
    progress: Progress,
}

/// SHA-256 of the whole file or archive, once all of it has been read.
#[derive(Clone, Default)]
pub(super) struct Digest(Arc<OnceLock<String>>);

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

impl Digest {
    /// In hexadecimal.
    pub(super) fn sha256(&self) -> Option<String> {
        self.0.get().cloned()
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

    /// Bytes of a file or of the archive. What is before them is read as well, to be hashed, if they are
    /// the last ones.
    pub(super) async fn range(
        range: &ByteRange,
        storage: &Storage,
        progress: &Progress,
        digest: &Digest,
    ) -> Result<Self, FileError> {
        let file = match &range.source {
            BodySource::File(path) => tokio::fs::File::open(path).await?.into_std().await,
            BodySource::Archive => {
                let archive = storage.archive().ok_or(FileError::NotFound)?;
                archive.file.try_clone()?
            }
        };
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(FileError::IsDirectory);
        }
        let &ByteRange { offset, length, .. } = range;
        let is_last = match offset.checked_add(length) {
            Some(end) if end <= metadata.len() => end == metadata.len(),
            _ => return Err(too_short()),
        };
        let mut beginning = storage.read.of(&range.source);
        if (is_last || offset == 0) && beginning.length() != offset {
            let file = file.try_clone()?;
            let reach = move |is_wanted: &dyn Fn() -> bool| {
                beginning.reach(&file, offset, is_wanted)?;
                Ok::<_, FileError>(beginning)
            };
            beginning = apart(reach).await??;
        }
        let (sender, chunks) = channel(WAITING);
        let mut reader = Reader {
            file,
            range: range.clone(),
            beginning: (beginning.length() == offset).then_some(beginning),
            is_last,
            read_so_far: storage.read.clone(),
            digest: digest.clone(),
        };
        if length == 0 {
            reader.note();
        }
        thread::spawn(move || {
            if let Err(error) = reader.read(&sender) {
                // If nobody listens, the request has been given up.
                drop(sender.blocking_send(Err(error)));
            }
        });
        Ok(Self::new(chunks, length, progress))
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

/// Reads a range of a file.
struct Reader {
    file: File,
    range: ByteRange,
    /// What is before the range, hashed; none if the range is not to be hashed.
    beginning: Option<Beginning>,
    /// Whether the file ends with it.
    is_last: bool,
    read_so_far: ReadSoFar,
    digest: Digest,
}

impl Reader {
    /// Reads all of it, or until nobody listens.
    fn read(mut self, chunks: &Sender<Result<Vec<u8>, FileError>>) -> Result<(), FileError> {
        let ByteRange {
            mut offset,
            length: mut left,
            ..
        } = self.range;
        while left > 0 {
            let mut chunk = vec![0; CHUNK.min(usize::try_from(left).unwrap_or(CHUNK))];
            let read = read_at(&self.file, offset, &mut chunk)?;
            if read == 0 {
                return Err(too_short());
            }
            chunk.truncate(read);
            offset += read as u64;
            left -= read as u64;
            if let Some(beginning) = &mut self.beginning {
                beginning.add(&chunk);
            }
            if left == 0 {
                self.note();
            }
            if chunks.blocking_send(Ok(chunk)).is_err() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// All is read: notes what that is. Before the last of it can have been sent.
    fn note(&mut self) {
        let Some(beginning) = self.beginning.take() else {
            return;
        };
        if self.is_last {
            // Set once: a body is read once.
            drop(self.digest.0.set(beginning.sha256()));
        }
        self.read_so_far.note(&self.range.source, beginning);
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
