//! The files that clients have sent to S3: nobody tells this server that one has come, so it looks.
//!
//! It looks when somebody asks for a version, and from time to time. A file that is too large for the quota of
//! its organisation is not taken, but is left where it is.

use std::time::Duration;

use super::{error::ApiError, registry::Registry};
use crate::{blobs::S3, database::Blob, slug::TypeSlug, version::Checksum};

/// How many files are looked for at once, the newest first.
const MOST: i64 = 20;

/// How many files are looked for from time to time.
const MOST_OF_ALL: i64 = 1000;

impl Registry {
    /// Takes the files of a type that have come, or that of one version.
    ///
    /// Beyond twice the lifetime of an upload's URL nothing can come any more, and is not looked for,
    /// unless somebody asks for that version.
    pub(crate) async fn take_arrivals(
        &self,
        slug: &TypeSlug,
        version: Option<i64>,
    ) -> Result<(), ApiError> {
        let Some(s3) = self.blobs.s3() else {
            return Ok(());
        };
        let age = match version {
            Some(_) => Duration::MAX,
            None => self.upload_lifetime.saturating_mul(2),
        };
        let keys = self
            .database
            .waiting_uploads(slug, version, age, MOST)
            .await?;
        self.take(s3, keys).await
    }

    /// Takes all files that have come.
    pub(crate) async fn take_all_arrivals(&self) -> Result<(), ApiError> {
        let Some(s3) = self.blobs.s3() else {
            return Ok(());
        };
        let age = self.upload_lifetime.saturating_mul(2);
        let keys = self.database.all_waiting_uploads(age, MOST_OF_ALL).await?;
        for keys in keys.chunks(MOST as usize) {
            self.take(s3, keys.to_vec()).await?;
        }
        Ok(())
    }

    async fn take(&self, s3: &S3, keys: Vec<String>) -> Result<(), ApiError> {
        let sizes = s3.sizes(&keys).await?;
        for (key, size) in keys.into_iter().zip(sizes) {
            let Some(size) = size else { continue };
            match self.has_room(&key, size).await {
                Err(ApiError::Invalid(_)) => continue,
                room => room?,
            }
            let blob = Blob {
                name: key.clone(),
                checksum: Checksum { size, sha256: None },
            };
            // Another server may have been quicker, or the version is deleted: then there is nothing to do.
            self.database.attach(&key, &blob).await?;
        }
        Ok(())
    }
}
