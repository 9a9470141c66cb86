//! A file as a request's body, read while it is sent.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::fs::File;
use tokio::io::{AsyncRead, ReadBuf};

/// How much is read at once. Small enough for the progress of a slow connection to be seen.
const CHUNK: usize = 128 * 1024;

/// The body: exactly as many bytes as the file had when it was opened, or an [`Unreadable`].
pub(super) struct FileBody {
    file: File,
    size: u64,
    left: u64,
    buffer: Box<[u8]>,
    moved: Arc<AtomicU64>,
}

/// The file can't be read (any more), or is not what it was.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("it is no file")]
    NoFile,
    #[error("it changed its size while it was sent")]
    Changed,
}

impl FileBody {
    /// Opens a file; what is handed out of it is counted in `moved`.
    pub(super) async fn open(path: &str, moved: Arc<AtomicU64>) -> Result<Self, Unreadable> {
        let file = File::open(path).await?;
        let metadata = file.metadata().await?;
        if !metadata.is_file() {
            return Err(Unreadable::NoFile);
        }
        Ok(Self {
            file,
            size: metadata.len(),
            left: metadata.len(),
            // One more, to see whether there is more than was announced.
            buffer: vec![0; CHUNK + 1].into_boxed_slice(),
            moved,
        })
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }
}

impl http_body::Body for FileBody {
    type Data = Bytes;
    type Error = Unreadable;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Unreadable>>> {
        let this = &mut *self;
        if this.left == 0 {
            return Poll::Ready(None);
        }
        let wanted = if this.left > CHUNK as u64 {
            CHUNK
        } else {
            CHUNK + 1
        };
        let mut buffer = ReadBuf::new(this.buffer.get_mut(..wanted).unwrap_or_default());
        if let Err(error) = ready!(Pin::new(&mut this.file).poll_read(context, &mut buffer)) {
            return Poll::Ready(Some(Err(error.into())));
        }
        let read = buffer.filled();
        // Whoever reads the answer must not take a part for the whole: a file that shrank ends
        // early, one that grew gives more than was announced.
        if read.is_empty() || read.len() as u64 > this.left {
            return Poll::Ready(Some(Err(Unreadable::Changed)));
        }
        this.left -= read.len() as u64;
        this.moved.fetch_add(read.len() as u64, Ordering::Relaxed);
        Poll::Ready(Some(Ok(Frame::data(Bytes::copy_from_slice(read)))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
