//! A file as a request's body, read and hashed by a thread of its own while it is sent.

use std::fs::File;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use std::thread;

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::packing::Packed;

/// How much is read at once. Small enough for the progress of a slow connection to be seen.
const CHUNK: usize = 256 * 1024;

/// How many chunks wait to be sent.
const WAITING: usize = 4;

/// The body: exactly as many bytes as the file had when it was opened, or an [`Unreadable`].
pub(super) struct FileBody {
    chunks: Receiver<Result<Bytes, Unreadable>>,
    size: u64,
    left: u64,
    moved: Arc<AtomicU64>,
}

/// What is known of a body once all of it has been read.
#[derive(Clone, Default)]
pub(super) struct Sent(Arc<OnceLock<String>>);

/// The file can't be read (any more), or is not what it was.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}: {1}")]
    Path(String, io::Error),
    #[error("{0}: it is no file")]
    NoFile(String),
    #[error("there is no archive")]
    NoArchive,
    #[error("it changed its size while it was sent")]
    Changed,
}

impl Sent {
    /// SHA-256 of the body in hexadecimal, if all of it was read.
    pub(super) fn sha256(&self) -> Option<String> {
        self.0.get().cloned()
    }
}

impl FileBody {
    /// Opens a file; what is handed out of it is counted in `moved`.
    pub(super) async fn open(
        path: &str,
        moved: &Arc<AtomicU64>,
        sent: &Sent,
    ) -> Result<Self, Unreadable> {
        let named = |error| Unreadable::Path(path.to_owned(), error);
        let file = tokio::fs::File::open(path).await.map_err(named)?;
        let metadata = file.metadata().await.map_err(named)?;
        if !metadata.is_file() {
            return Err(Unreadable::NoFile(path.to_owned()));
        }
        Ok(Self::read(
            file.into_std().await,
            metadata.len(),
            moved,
            sent,
        ))
    }

    /// The archive, likewise.
    pub(super) fn of_archive(
        archive: Option<&Packed>,
        moved: &Arc<AtomicU64>,
        sent: &Sent,
    ) -> Result<Self, Unreadable> {
        let archive = archive.ok_or(Unreadable::NoArchive)?;
        let file = archive.file.try_clone()?;
        Ok(Self::read(file, archive.size, moved, sent))
    }

    fn read(file: File, size: u64, moved: &Arc<AtomicU64>, sent: &Sent) -> Self {
        let (sender, chunks) = channel(WAITING);
        let sent = sent.clone();
        thread::spawn(move || {
            if let Err(error) = read(&file, size, &sender, &sent) {
                // If nobody listens, the request has been given up.
                drop(sender.blocking_send(Err(error)));
            }
        });
        Self {
            chunks,
            size,
            left: size,
            moved: Arc::clone(moved),
        }
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }
}

/// Reads the file to its end, or until nobody listens.
fn read(
    file: &File,
    size: u64,
    chunks: &Sender<Result<Bytes, Unreadable>>,
    sent: &Sent,
) -> Result<(), Unreadable> {
    let mut hash = Sha256::new();
    let mut offset = 0;
    while offset < size {
        let mut chunk = vec![0; CHUNK];
        let read = read_at(file, offset, &mut chunk)?;
        chunk.truncate(read);
        // Whoever reads the answer must not take a part for the whole: a file that shrank ends
        // early, one that grew gives more than was announced.
        if read == 0 || read as u64 > size - offset {
            return Err(Unreadable::Changed);
        }
        offset += read as u64;
        hash.update(&chunk);
        if offset == size {
            if read_at(file, offset, &mut [0])? > 0 {
                return Err(Unreadable::Changed);
            }
            let sha256 = format!("{:x}", hash.finalize_reset());
            // Set once: a body is read once.
            drop(sent.0.set(sha256));
        }
        if chunks.blocking_send(Ok(chunk.into())).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// Reads from a place. The archive's file is shared with an earlier, given up request, whose reader
/// may not have noticed yet: there must be no common position.
fn read_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        #[cfg(unix)]
        let read = std::os::unix::fs::FileExt::read_at(file, buffer, offset);
        #[cfg(windows)]
        let read = std::os::windows::fs::FileExt::seek_read(file, buffer, offset);
        match read {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

impl http_body::Body for FileBody {
    type Data = Bytes;
    type Error = Unreadable;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Unreadable>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let chunk = match ready!(self.chunks.poll_recv(context)) {
            Some(Ok(chunk)) => chunk,
            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            None => return Poll::Ready(Some(Err(Unreadable::Changed))),
        };
        self.left -= chunk.len() as u64;
        self.moved.fetch_add(chunk.len() as u64, Ordering::Relaxed);
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
