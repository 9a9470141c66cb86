//! The uploads: which key takes which file, and which blob holds it.

use std::collections::HashSet;

use sqlx::{Row, sqlite::SqliteRow};

use super::{Database, DatabaseError};
use crate::{slug::TypeSlug, version::Checksum};

/// An upload that a version has declared.
#[derive(Debug)]
pub(crate) struct Upload {
    /// The file's checksum, once it is complete.
    pub(crate) file: Option<Checksum>,
}

/// A complete file.
#[derive(Debug)]
pub(crate) struct Blob {
    /// The name of its blob.
    pub(crate) name: String,
    /// What is in it.
    pub(crate) checksum: Checksum,
}

/// What became of attaching a blob.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Attached {
    /// It is the version's file now.
    Done,
    /// The version has had its file before.
    Before(Checksum),
}

impl Database {
    /// The upload that belongs to a key.
    pub(crate) async fn upload(&self, key: &str) -> Result<Option<Upload>, DatabaseError> {
        let row = sqlx::query("SELECT size, sha256 FROM uploads WHERE upload_key = ?")
            .bind(key)
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| {
            Ok(Upload {
                file: checksum(&row)?,
            })
        })
        .transpose()
    }

    /// Makes a complete blob the file of the version that `key` belongs to, unless it has one.
    pub(crate) async fn attach(&self, key: &str, blob: &Blob) -> Result<Attached, DatabaseError> {
        let size = i64::try_from(blob.checksum.size).map_err(|_| DatabaseError::Damaged("size"))?;
        let mut transaction = self.write().await?;
        let done = sqlx::query(
            "UPDATE uploads SET blob = ?, size = ?, sha256 = ? WHERE upload_key = ? AND blob IS NULL",
        )
        .bind(&blob.name)
        .bind(size)
        .bind(blob.checksum.sha256.as_slice())
        .bind(key)
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 1 {
            transaction.commit().await?;
            return Ok(Attached::Done);
        }
        let row = sqlx::query("SELECT size, sha256 FROM uploads WHERE upload_key = ?")
            .bind(key)
            .fetch_one(&mut *transaction)
            .await?;
        let before = checksum(&row)?.ok_or(DatabaseError::Damaged("upload"))?;
        Ok(Attached::Before(before))
    }

    /// The file of one version of `slug`, or of the newest one that has a complete file.
    pub(crate) async fn blob(
        &self,
        slug: &TypeSlug,
        version: Option<i64>,
    ) -> Result<Option<Blob>, DatabaseError> {
        let row = sqlx::query(
            "SELECT blob, size, sha256 FROM versions JOIN artifacts USING (artifact)
             JOIN uploads ON version_id = versions.id
             WHERE username = ?1 AND name = ?2 AND artifact_type = ?3 AND blob IS NOT NULL
                 AND version = coalesce(?4, version)
             ORDER BY version DESC LIMIT 1",
        )
        .bind(slug.artifact.user.as_str())
        .bind(slug.artifact.name.as_str())
        .bind(slug.artifact_type.as_str())
        .bind(version)
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let checksum = checksum(&row)?.ok_or(DatabaseError::Damaged("upload"))?;
        let name = row.try_get("blob")?;
        Ok(Some(Blob { name, checksum }))
    }

    /// The names of all blobs that are some version's file.
    pub(crate) async fn blob_names(&self) -> Result<HashSet<String>, DatabaseError> {
        // Read by the writer for the same reason as in `has_any_token`.
        let names: Vec<String> =
            sqlx::query_scalar("SELECT blob FROM uploads WHERE blob IS NOT NULL")
                .fetch_all(&self.writer)
                .await?;
        Ok(names.into_iter().collect())
    }
}

/// Reads `size` and `sha256`.
pub(super) fn checksum(row: &SqliteRow) -> Result<Option<Checksum>, DatabaseError> {
    let Some(size) = row.try_get::<Option<i64>, _>("size")? else {
        return Ok(None);
    };
    let sha256: &[u8] = row.try_get("sha256")?;
    Ok(Some(Checksum {
        size: u64::try_from(size).map_err(|_| DatabaseError::Damaged("size"))?,
        sha256: sha256
            .try_into()
            .map_err(|_| DatabaseError::Damaged("SHA-256"))?,
    }))
}
