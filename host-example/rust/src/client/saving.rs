//! The body of an answer on its way into a file: in large pieces, each written and hashed in the
//! background while the next one comes.

use bytes::Bytes;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::progress::{INTERVAL, Progress};
use super::transport_error::classify;
use crate::contract::{FileError, Saved, TransportError};
use crate::download_file::DownloadFile;
use crate::observer::Observer;

/// How much is written at once.
const PIECE: usize = 1 << 20;

/// An answer that is saved.
pub(super) struct Saving<'a> {
    file: &'a mut DownloadFile,
    offset: u64,
    /// The most bytes that the file may have.
    limit: u64,
    gathered: Vec<Bytes>,
    size: usize,
    /// The piece before.
    writing: Option<JoinHandle<Result<(), FileError>>>,
}

impl<'a> Saving<'a> {
    /// Into a file that is open at that place.
    pub(super) fn new(offset: u64, limit: u64, file: &'a mut DownloadFile) -> Self {
        Self {
            file,
            offset,
            limit,
            gathered: Vec::new(),
            size: 0,
            writing: None,
        }
    }

    /// Takes the body of the answer. Can be given up at any moment.
    pub(super) async fn receive(
        &mut self,
        answer: &mut reqwest::Response,
        progress: &Progress,
        observer: &dyn Observer,
    ) -> Result<(), TransportError> {
        let mut bytes = match answer.status().as_u16() {
            206 => self.offset,
            _ => 0,
        };
        let size = answer.content_length().map(|length| bytes + length);
        let cut = self.file.cut(bytes).await;
        cut.map_err(TransportError::BodyNotSaved)?;
        let mut shown = Instant::now();
        while let Some(chunk) = answer.chunk().await.map_err(classify)? {
            progress.received(chunk.len());
            bytes += chunk.len() as u64;
            if bytes > self.limit {
                return Err(TransportError::ResponseTooLarge);
            }
            if shown.elapsed() >= INTERVAL {
                shown = Instant::now();
                observer.received(bytes, size);
            }
            self.size += chunk.len();
            self.gathered.push(chunk);
            if self.size >= PIECE {
                let written = self.write().await;
                written.map_err(TransportError::BodyNotSaved)?;
            }
        }
        observer.received(bytes, size);
        Ok(())
    }

    /// Begins to write what is gathered, when the piece before is written.
    async fn write(&mut self) -> Result<(), FileError> {
        self.written().await?;
        self.size = 0;
        self.writing = Some(self.file.write(std::mem::take(&mut self.gathered)));
        Ok(())
    }

    async fn written(&mut self) -> Result<(), FileError> {
        let Some(writing) = &mut self.writing else {
            return Ok(());
        };
        let written = writing.await;
        self.writing = None;
        written.unwrap_or_else(|error| Err(FileError::Other(error.to_string())))
    }

    async fn rest(&mut self) -> Result<(), FileError> {
        self.write().await?;
        self.written().await
    }

    /// Writes the rest of what came. `received`: whether that was all.
    pub(super) async fn end(mut self, received: Result<(), TransportError>) -> Saved {
        let error = match received {
            Err(error @ TransportError::BodyNotSaved(_)) => Some(error),
            // A disk that is full is worse than a connection that breaks.
            received => {
                let written = self.rest().await.map_err(TransportError::BodyNotSaved);
                written.and(received).err()
            }
        };
        let (size, sha256) = self.file.saved();
        Saved {
            size,
            sha256: error.is_none().then_some(sha256),
            error,
        }
    }
}
