//! The blobs: uploaded files, in a directory or in an S3 store.
//!
//! In a directory their bytes pass through this server. With S3 the client sends and fetches them itself,
//! by URLs that are signed for that one file, and this server looks afterwards what has come.

mod directory;
mod s3;

pub(crate) use self::{
    directory::{Directory, DirectoryError, NewBlob},
    s3::S3,
};

/// Where blobs are.
#[derive(Debug)]
pub(crate) enum Blobs {
    /// On this machine.
    Directory(Directory),
    /// In a store that speaks the protocol of Amazon S3.
    S3(S3),
}

impl Blobs {
    /// The directory, if they are in one.
    pub(crate) fn directory(&self) -> Option<&Directory> {
        match self {
            Self::Directory(directory) => Some(directory),
            Self::S3(_) => None,
        }
    }

    /// The store, if they are in one.
    pub(crate) fn s3(&self) -> Option<&S3> {
        match self {
            Self::Directory(_) => None,
            Self::S3(s3) => Some(s3),
        }
    }

    /// Removes a blob that may be gone already.
    pub(crate) async fn discard(&self, name: &str) -> object_store::Result<()> {
        match self {
            Self::Directory(directory) => {
                directory
                    .discard(name)
                    .map_err(|source| object_store::Error::Generic {
                        store: "directory",
                        source: source.into(),
                    })
            }
            Self::S3(s3) => s3.discard(name).await,
        }
    }
}
