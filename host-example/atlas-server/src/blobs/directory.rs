//! Blobs in a directory, each under a random name of its own.
//!
//! A blob of a plain upload appears under its name only when it is complete: until then its bytes are
//! in a staging file beside it. That of a resumable one grows under its name. What makes a blob some
//! version's file, or keeps it until it is, is its row in the database; so one without a row is left
//! over from an upload that did not get there, and is removed at the next start.

use std::{
    collections::HashSet,
    fs::{self, File},
    io,
    ops::Range,
    path::PathBuf,
    sync::Arc,
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use object_store::{
    MultipartUpload, ObjectStoreExt, PutPayload, UploadPart, local::LocalFileSystem, path::Path,
};
use tokio::task::spawn_blocking;

use crate::token::random_name;

/// How much of a blob is read at a time.
const READ_SIZE: usize = 256 << 10;

/// How many of these are read, or wait to be sent, at once. More of them are not faster, and a client that does not
/// read holds them all.
const READ_AHEAD: usize = 2;

/// The directory of blobs.
#[derive(Debug, Clone)]
pub(crate) struct Directory {
    path: PathBuf,
    store: Arc<LocalFileSystem>,
}

impl Directory {
    /// Opens the directory, which is made if it is missing.
    pub(crate) fn open(path: PathBuf) -> Result<Self, DirectoryError> {
        fs::create_dir_all(&path)?;
        let store = Arc::new(LocalFileSystem::new_with_prefix(&path)?);
        Ok(Self { path, store })
    }

    /// Removes everything but the blobs of these names, also what a crash left half written.
    ///
    /// This looks at the directory itself, since the store does not list its staging files.
    pub(crate) fn keep_only(&self, names: &HashSet<String>) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let known = entry
                .file_name()
                .to_str()
                .is_some_and(|name| names.contains(name));
            if !known && entry.file_type()?.is_file() {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Begins a new blob.
    pub(crate) async fn begin(&self) -> object_store::Result<NewBlob> {
        let name = random_name(32);
        let upload = self.store.put_multipart(&Path::from(name.as_str())).await?;
        Ok(NewBlob { name, upload })
    }

    /// Begins a new blob that grows under its name.
    pub(crate) fn begin_partial(&self) -> io::Result<String> {
        let name = random_name(32);
        File::create_new(self.path(&name))?;
        Ok(name)
    }

    /// Where a blob is.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Removes a blob that may be gone already.
    pub(crate) fn discard(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.path(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Removes a blob.
    pub(crate) async fn remove(&self, name: &str) -> object_store::Result<()> {
        self.store.delete(&Path::from(name)).await
    }

    /// These bytes of a blob, as it is now, whatever becomes of its name: while some are sent, the next are read.
    pub(crate) async fn read(
        &self,
        name: &str,
        range: Range<u64>,
    ) -> io::Result<impl Stream<Item = io::Result<Bytes>> + use<>> {
        let path = self.path(name);
        let file = Arc::new(spawn_blocking(|| File::open(path)).await??);
        let end = range.end;
        let parts = stream::iter(range.step_by(READ_SIZE)).map(move |start| {
            let file = Arc::clone(&file);
            let part = start..end.min(start + READ_SIZE as u64);
            let read = spawn_blocking(move || read_at(&file, part));
            async move { read.await? }
        });
        Ok(parts.buffered(READ_AHEAD))
    }
}

/// These bytes of a file. Several may be read at once.
fn read_at(file: &File, range: Range<u64>) -> io::Result<Bytes> {
    let mut bytes = vec![0; usize::try_from(range.end - range.start).map_err(io::Error::other)?];
    #[cfg(unix)]
    std::os::unix::fs::FileExt::read_exact_at(file, &mut bytes, range.start)?;
    #[cfg(windows)]
    {
        let mut rest = bytes.as_mut_slice();
        let mut start = range.start;
        while !rest.is_empty() {
            let read = std::os::windows::fs::FileExt::seek_read(file, rest, start)?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            rest = rest.split_at_mut(read).1;
            start += read as u64;
        }
    }
    Ok(bytes.into())
}

/// A blob that is being written. Dropping it leaves nothing behind.
pub(crate) struct NewBlob {
    name: String,
    upload: Box<dyn MultipartUpload>,
}

impl NewBlob {
    /// Writes the next bytes: the work is done by whoever awaits the answer.
    pub(crate) fn write(&mut self, bytes: PutPayload) -> UploadPart {
        self.upload.put_part(bytes)
    }

    /// Makes the blob appear, and tells its name.
    pub(crate) async fn finish(mut self) -> object_store::Result<String> {
        self.upload.complete().await?;
        Ok(self.name)
    }
}

/// Why the directory of blobs cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DirectoryError {
    /// The directory itself.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The store over it.
    #[error(transparent)]
    Store(#[from] object_store::Error),
}
