//! The resumable uploads that are under way: which blob takes the bytes of which key.

use std::time::Duration;

use sqlx::Row;

use super::{connection::Database, error::DatabaseError};

/// A resumable upload that is under way.
#[derive(Debug)]
pub(crate) struct PartialUpload {
    /// The blob that is being filled.
    pub(crate) blob: String,
    /// How many bytes there are to be, if the client has said so.
    pub(crate) length: Option<u64>,
}

/// What became of beginning an upload.
#[derive(Debug)]
pub(crate) enum Begun {
    /// It is under way.
    Done {
        /// The blob of the upload before, which nothing refers to any more.
        abandoned: Option<String>,
    },
    /// The version has been deleted meanwhile, or has its file.
    NotWaiting,
}

impl Database {
    /// Begins an upload for a version that waits for its file.
    pub(crate) async fn begin_partial_upload(
        &self,
        key: &str,
        partial: &PartialUpload,
    ) -> Result<Begun, DatabaseError> {
        let mut transaction = self.write().await?;
        // This locks the row: its version is not deleted meanwhile.
        let waiting =
            sqlx::query("UPDATE uploads SET blob = blob WHERE upload_key = $1 AND blob IS NULL")
                .bind(key)
                .execute(&mut *transaction)
                .await?;
        if waiting.rows_affected() == 0 {
            return Ok(Begun::NotWaiting);
        }
        let abandoned =
            sqlx::query_scalar("DELETE FROM partial_uploads WHERE upload_key = $1 RETURNING blob")
                .bind(key)
                .fetch_optional(&mut *transaction)
                .await?;
        sqlx::query("INSERT INTO partial_uploads (upload_key, blob, length, used_at) VALUES ($1, $2, $3, $4)")
            .bind(key)
            .bind(&partial.blob)
            .bind(stored(partial.length)?)
            .bind(seconds())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(Begun::Done { abandoned })
    }

    /// The upload that is under way for a key; it is kept for its full lifetime from now on.
    pub(crate) async fn partial_upload(
        &self,
        key: &str,
    ) -> Result<Option<PartialUpload>, DatabaseError> {
        let row = sqlx::query(
            "UPDATE partial_uploads SET used_at = $2 WHERE upload_key = $1
             RETURNING blob, length",
        )
        .bind(key)
        .bind(seconds())
        .fetch_optional(&self.writer)
        .await?;
        row.map(|row| {
            let length: Option<i64> = row.try_get("length")?;
            let length = length.map(u64::try_from).transpose();
            Ok(PartialUpload {
                blob: row.try_get("blob")?,
                length: length.map_err(|_| DatabaseError::Damaged("length"))?,
            })
        })
        .transpose()
    }

    /// Records how many bytes there are to be.
    pub(crate) async fn set_length(&self, key: &str, length: u64) -> Result<(), DatabaseError> {
        sqlx::query("UPDATE partial_uploads SET length = $1 WHERE upload_key = $2")
            .bind(stored(Some(length))?)
            .bind(key)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Ends an upload, and tells its blob, which nothing refers to any more.
    pub(crate) async fn end_partial_upload(
        &self,
        key: &str,
    ) -> Result<Option<String>, DatabaseError> {
        Ok(
            sqlx::query_scalar("DELETE FROM partial_uploads WHERE upload_key = $1 RETURNING blob")
                .bind(key)
                .fetch_optional(&self.writer)
                .await?,
        )
    }

    /// Ends all uploads that have not been used for so long. Their blobs are removed with all that
    /// nothing refers to.
    pub(crate) async fn forget_unused_uploads(
        &self,
        lifetime: Duration,
    ) -> Result<(), DatabaseError> {
        sqlx::query("DELETE FROM partial_uploads WHERE used_at < $1")
            .bind(used_before(lifetime))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// The keys of uploads that have not been used for so long.
    pub(crate) async fn unused_uploads(
        &self,
        lifetime: Duration,
    ) -> Result<Vec<String>, DatabaseError> {
        Ok(
            sqlx::query_scalar("SELECT upload_key FROM partial_uploads WHERE used_at < $1")
                .bind(used_before(lifetime))
                .fetch_all(&self.readers)
                .await?,
        )
    }
}

fn stored(number: Option<u64>) -> Result<Option<i64>, DatabaseError> {
    let number = number.map(i64::try_from).transpose();
    number.map_err(|_| DatabaseError::Damaged("length"))
}

/// Now, in seconds since 1970.
fn seconds() -> i64 {
    chrono::Utc::now().timestamp()
}

/// The moment before which an upload was used last that is not kept.
fn used_before(lifetime: Duration) -> i64 {
    seconds().saturating_sub_unsigned(lifetime.as_secs())
}
