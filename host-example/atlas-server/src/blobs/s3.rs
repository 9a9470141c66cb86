//! Blobs in a store that speaks the protocol of Amazon S3.
//!
//! The object of an upload is named by the upload's key. Its URLs are signed here, and end. Until then
//! whoever has the one for the upload can send the file again, and replaces it.

use std::{sync::Arc, time::Duration};

use axum::http::Method;
use futures_util::future::join_all;
use object_store::{
    Error, ObjectStoreExt, Result,
    aws::{AmazonS3, AmazonS3Builder},
    path::Path,
    signer::Signer,
};
use thiserror::Error;
use url::Url;

/// For how long a file can be fetched by its URL. Nothing keeps a download that has begun from ending later.
const DOWNLOAD: Duration = Duration::from_secs(60 * 60);

/// The longest time that a signature may be valid.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// A bucket, or a part of it.
#[derive(Debug)]
pub(crate) struct S3 {
    store: Arc<AmazonS3>,
    prefix: Path,
}

impl S3 {
    /// Takes `s3://BUCKET/PREFIX`; the rest is in the environment (`AWS_…`), as for other programs.
    pub(crate) fn open(url: &str) -> std::result::Result<Self, S3Error> {
        let url = Url::parse(url).map_err(|_| S3Error::Url)?;
        let bucket = url.host_str().filter(|_| url.scheme() == "s3");
        let bucket = bucket.ok_or(S3Error::Url)?;
        let prefix = Path::from_url_path(url.path()).map_err(|_| S3Error::Url)?;
        // It fails where somebody has chosen one before.
        drop(rustls::crypto::ring::default_provider().install_default());
        let store = AmazonS3Builder::from_env()
            .with_bucket_name(bucket)
            .build()?;
        Ok(Self {
            store: Arc::new(store),
            prefix,
        })
    }

    /// Where to send a file, for so long.
    pub(crate) async fn upload_url(&self, name: &str, lifetime: Duration) -> Result<Url> {
        let path = self.path(name);
        let lifetime = lifetime.min(LONGEST);
        self.store.signed_url(Method::PUT, &path, lifetime).await
    }

    /// Where to fetch a file, or by HEAD what it is.
    pub(crate) async fn download_url(&self, name: &str, method: Method) -> Result<Url> {
        self.store
            .signed_url(method, &self.path(name), DOWNLOAD)
            .await
    }

    /// The sizes of these files, as far as they have come. An object appears when it is complete.
    pub(crate) async fn sizes(&self, names: &[String]) -> Result<Vec<Option<u64>>> {
        let heads = names
            .iter()
            .map(async |name| match self.store.head(&self.path(name)).await {
                Ok(object) => Ok(Some(object.size)),
                Err(Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(error),
            });
        join_all(heads).await.into_iter().collect()
    }

    /// Removes a file that may be gone already, or never have come.
    pub(crate) async fn discard(&self, name: &str) -> Result<()> {
        match self.store.delete(&self.path(name)).await {
            Err(Error::NotFound { .. }) => Ok(()),
            done => done,
        }
    }

    fn path(&self, name: &str) -> Path {
        self.prefix.clone().join(name)
    }
}

/// Why a store cannot be used.
#[derive(Debug, Error)]
pub(crate) enum S3Error {
    /// It is not named as one.
    #[error("it must be s3://BUCKET or s3://BUCKET/PREFIX")]
    Url,
    /// What is in the environment does not do.
    #[error(transparent)]
    Store(#[from] Error),
}
