//! A file that grows piece by piece, over many requests and restarts.
//!
//! The length of the file is the upload's offset: what was written is there after the server was
//! killed, too. It is told only after `fdatasync`, so that a power cut does not take it back either.
//! The SHA-256 goes along as long as the server runs; after a restart the file is read once more
//! when it is complete.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
    pin::Pin,
    time::Duration,
};

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures_util::{
    StreamExt,
    future::{Either, select},
};
use sha2::{Digest, Sha256};
use tokio::{
    task::{JoinHandle, spawn_blocking},
    time::{Instant, timeout},
};

use crate::version::Checksum;

/// How much is written at a time: what is lost, at most twice, when the server is killed.
const PART_SIZE: usize = 1 << 20;

/// How long a body that is to stop is still read, for what has come and waits in the system's buffers:
/// where the line broke, that may be megabytes which need not be sent again.
const LAST_BYTES: Duration = Duration::from_secs(1);

/// How long nothing may come meanwhile.
const LAST_GAP: Duration = Duration::from_millis(50);

/// The digest of a file's beginning.
#[derive(Clone, Default)]
pub(crate) struct Hashed {
    size: u64,
    hasher: Sha256,
}

/// Why no more was appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The body came to its end.
    Complete,
    /// The client stopped.
    Broken,
    /// Something else was to be done.
    Stopped,
}

/// The file, and what is hashed of it.
pub(crate) struct PartialFile {
    file: File,
    size: u64,
    hashed: Hashed,
}

impl PartialFile {
    /// Opens a file, of which `hashed` is hashed already.
    pub(crate) fn open(path: &Path, hashed: Hashed) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).append(true).open(path)?;
        let size = file.metadata()?.len();
        Ok(Self { file, size, hashed })
    }

    /// How many bytes there are.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// What is hashed.
    pub(crate) fn hashed(&self) -> Hashed {
        self.hashed.clone()
    }

    /// Appends a body until it ends, or soon after `stop` does. All that has come is kept, and is on the disk
    /// when this returns.
    pub(crate) async fn append(
        self,
        body: Body,
        stop: impl Future<Output = ()> + Send,
    ) -> io::Result<(Self, End)> {
        let mut parts = Parts {
            stream: body.into_data_stream(),
            stop: Box::pin(stop),
            stops_at: None,
        };
        let mut writing: JoinHandle<io::Result<Self>> = spawn_blocking(move || Ok(self));
        loop {
            // While one part is written and hashed, the next one is received.
            let (part, end) = parts.next().await;
            let mut file = writing.await??;
            writing = spawn_blocking(move || {
                file.write(&part)?;
                if end.is_some() {
                    file.file.sync_data()?;
                }
                Ok(file)
            });
            if let Some(end) = end {
                return Ok((writing.await??, end));
            }
        }
    }

    fn write(&mut self, part: &[Bytes]) -> io::Result<()> {
        for bytes in part {
            self.file.write_all(bytes)?;
            if self.hashed.size == self.size {
                self.hashed.update(bytes);
            }
            self.size += bytes.len() as u64;
        }
        Ok(())
    }

    /// Sees to it that all there is will be there after a power cut.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// The checksum of the whole file; what is not hashed yet is read.
    pub(crate) fn checksum(&mut self) -> io::Result<Checksum> {
        self.file.seek(SeekFrom::Start(self.hashed.size))?;
        let mut buffer = vec![0; PART_SIZE];
        loop {
            let read = self.file.read(&mut buffer)?;
            match buffer.get(..read) {
                None | Some([]) => break,
                Some(bytes) => self.hashed.update(bytes),
            }
        }
        Ok(Checksum {
            size: self.hashed.size,
            sha256: Some(self.hashed.hasher.clone().finalize().into()),
        })
    }
}

impl Hashed {
    fn update(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.size += bytes.len() as u64;
    }
}

/// The body, gathered into parts.
struct Parts<S> {
    stream: BodyDataStream,
    stop: Pin<Box<S>>,
    stops_at: Option<Instant>,
}

impl<S: Future<Output = ()>> Parts<S> {
    /// The next part, and why it is the last if it is. An end takes nothing away that has come.
    async fn next(&mut self) -> (Vec<Bytes>, Option<End>) {
        let mut part = Vec::new();
        let mut size = 0;
        while size < PART_SIZE {
            match self.bytes().await {
                Ok(bytes) => {
                    size += bytes.len();
                    part.push(bytes);
                }
                Err(end) => return (part, Some(end)),
            }
        }
        (part, None)
    }

    async fn bytes(&mut self) -> Result<Bytes, End> {
        let next = match self.stops_at {
            None => match select(&mut self.stop, self.stream.next()).await {
                Either::Right((next, _)) => next,
                Either::Left(_) => {
                    self.stops_at = Some(Instant::now() + LAST_BYTES);
                    return Ok(Bytes::new());
                }
            },
            Some(stops_at) if stops_at < Instant::now() => return Err(End::Stopped),
            Some(_) => match timeout(LAST_GAP, self.stream.next()).await {
                Ok(next) => next,
                Err(_) => return Err(End::Stopped),
            },
        };
        match next {
            Some(Ok(bytes)) => Ok(bytes),
            Some(Err(_)) => Err(End::Broken),
            None => Err(End::Complete),
        }
    }
}
