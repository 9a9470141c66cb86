//! The blobs: uploaded files, each under a random name of its own.
//!
//! A blob appears under its name only when it is complete: until then its bytes are in a staging file
//! beside it. What makes a blob some version's file is its row in the database, so one without a row
//! is left over from an upload that did not get there, and is removed at the next start.

use std::{collections::HashSet, fs, io, path::PathBuf, sync::Arc};

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
pub(crate) struct Blobs {
    directory: PathBuf,
    store: Arc<LocalFileSystem>,
}

impl Blobs {
    /// Opens the directory, which is made if it is missing.
    pub(crate) fn open(directory: PathBuf) -> Result<Self, BlobsError> {
        fs::create_dir_all(&directory)?;
        let store = Arc::new(LocalFileSystem::new_with_prefix(&directory)?);
        Ok(Self { directory, store })
    }

    /// Removes everything but the blobs of these names, also what a crash left half written.
    ///
    /// This looks at the directory itself, since the store does not list its staging files.
    pub(crate) fn keep_only(&self, names: &HashSet<String>) -> io::Result<()> {
        for entry in fs::read_dir(&self.directory)? {
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

    /// Removes a blob.
    pub(crate) async fn remove(&self, name: &str) -> object_store::Result<()> {
        self.store.delete(&Path::from(name)).await
    }

    /// The bytes of a blob of this size, read as they are asked for.
    pub(crate) fn read(
        &self,
        name: &str,
        size: u64,
    ) -> impl Stream<Item = object_store::Result<Bytes>> + use<> {
        let store = Arc::clone(&self.store);
        let path = Path::from(name);
        stream::try_unfold((store, path, 0), move |(store, path, start)| async move {
            if start == size {
                return Ok(None);
            }
            let end = size.min(start + READ_SIZE);
            let bytes = store.get_range(&path, start..end).await?;
            Ok(Some((bytes, (store, path, end))))
        })
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
pub(crate) enum BlobsError {
    /// The directory itself.
    #[error(transparent)]
    Directory(#[from] io::Error),
    /// The store over it.
    #[error(transparent)]
    Store(#[from] object_store::Error),
}
