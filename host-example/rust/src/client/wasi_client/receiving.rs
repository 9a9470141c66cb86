//! An answer, into memory or into a file.

use bytes::Bytes;
use wasi::http::types::{IncomingBody, IncomingResponse, http_error_code};
use wasi::io::streams::{InputStream, StreamError};

use super::broken;
use super::transport_error::classify;
use super::watch::Watch;
use crate::contract::{Response, Saved, TransportError};
use crate::download_file::DownloadFile;
use crate::observer::Observer;

/// How much is read at once.
const CHUNK: u64 = 64 * 1024;

/// An answer. Its stream goes before its body, and that before its head.
pub(super) struct Incoming {
    stream: InputStream,
    _body: IncomingBody,
    head: IncomingResponse,
}

impl Incoming {
    pub(super) fn new(head: IncomingResponse) -> Result<Self, TransportError> {
        let body = head.consume().map_err(|()| broken())?;
        let stream = body.stream().map_err(|()| broken())?;
        Ok(Self {
            stream,
            _body: body,
            head,
        })
    }

    /// What it begins with.
    pub(super) fn head(&self) -> Response {
        let headers = self.head.headers().entries();
        Response::head(self.head.status(), headers)
    }

    /// Reads the body into memory.
    pub(super) fn read(
        &mut self,
        limit: u64,
        watch: &mut Watch,
    ) -> Result<Vec<u8>, TransportError> {
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk(watch)? {
            if (body.len() + chunk.len()) as u64 > limit {
                return Err(TransportError::ResponseTooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// Saves the body.
    pub(super) async fn save(
        &mut self,
        saving: &mut Saving<'_>,
        watch: &mut Watch,
        observer: &dyn Observer,
    ) -> Result<(), TransportError> {
        let mut bytes = match self.head.status() {
            206 => saving.offset,
            _ => 0,
        };
        let length = self.head.headers().get("content-length").into_iter().next();
        let length = length.and_then(|length| String::from_utf8(length).ok()?.parse::<u64>().ok());
        let size = length.and_then(|length| bytes.checked_add(length));
        let cut = saving.file.cut(bytes).await;
        cut.map_err(TransportError::BodyNotSaved)?;
        watch.saves();
        while let Some(chunk) = self.chunk(watch)? {
            bytes += chunk.len() as u64;
            if bytes > saving.limit {
                return Err(TransportError::ResponseTooLarge);
            }
            let written = saving.file.write(vec![Bytes::from(chunk)]);
            written.map_err(TransportError::BodyNotSaved)?;
            observer.received(bytes, size);
        }
        Ok(())
    }

    /// The next bytes of the body; none at its end.
    fn chunk(&mut self, watch: &mut Watch) -> Result<Option<Vec<u8>>, TransportError> {
        loop {
            match self.stream.read(CHUNK) {
                Ok(chunk) if chunk.is_empty() => {
                    let ready = self.stream.subscribe();
                    watch.wait(&[&ready])?;
                }
                Ok(chunk) => {
                    watch.moved();
                    return Ok(Some(chunk));
                }
                Err(StreamError::Closed) => return Ok(None),
                Err(StreamError::LastOperationFailed(error)) => {
                    let code = http_error_code(&error);
                    return Err(code.map_or(TransportError::Interrupted, classify));
                }
            }
        }
    }
}

/// The file that an answer is saved in.
pub(super) struct Saving<'a> {
    /// Open at the offset.
    pub(super) file: &'a mut DownloadFile,
    pub(super) offset: u64,
    /// The most bytes that the file may have.
    pub(super) limit: u64,
}

impl Saving<'_> {
    /// What came of it. `received`: whether all came.
    pub(super) fn end(self, received: Result<(), TransportError>) -> Saved {
        let error = received.err();
        let (size, sha256) = self.file.saved();
        Saved {
            size,
            sha256: error.is_none().then_some(sha256),
            error,
        }
    }
}
