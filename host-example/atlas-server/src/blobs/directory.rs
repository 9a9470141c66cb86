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
use futures_util::{Stream, stream};
use object_store::{
    MultipartUpload, ObjectStoreExt, PutPayload, UploadPart, local::LocalFileSystem, path::Path,
};

use crate::token::random_name;

/// How much of a blob is read at a time.
const READ_SIZE: u64 = 1 << 20;

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

    /// These bytes of a blob, read as they are asked for.
    pub(crate) fn read(
        &self,
        name: &str,
        range: Range<u64>,
    ) -> impl Stream<Item = object_store::Result<Bytes>> + use<> {
        let store = Arc::clone(&self.store);
        let path = Path::from(name);
        stream::try_unfold(
            (store, path, range.start),
            move |(store, path, start)| async move {
                if start == range.end {
                    return Ok(None);
                }
                let end = range.end.min(start + READ_SIZE);
                let bytes = store.get_range(&path, start..end).await?;
                Ok(Some((bytes, (store, path, end))))
            },
        )
    }
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
