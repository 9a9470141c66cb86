//! The uploads: which key takes which file, and which blob holds it.

use std::{collections::HashSet, time::Duration};

use sqlx::{Row, any::AnyRow};

use super::{connection::Database, error::DatabaseError, versions::VersionFilter};
use crate::{slug::TypeSlug, time, version::Checksum};

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
    Done {
        /// The blob of a resumable upload that was under way, and that nothing refers to any more.
        abandoned: Option<String>,
    },
    /// The version has had its file before.
    Before(Checksum),
    /// The version has been deleted meanwhile.
    Gone,
}

/// The versions of a type that wait for their files: each search asks for them.
const WAITING: &str =
    "SELECT version FROM artifacts JOIN uploads ON of_artifact = artifacts.artifact
             JOIN versions ON versions.id = version_id
             WHERE username = $1 AND name = $2 AND artifact_type = $3 AND blob IS NULL
                 AND version = coalesce($4, version) AND build_id = coalesce($5, build_id)
             ORDER BY version DESC LIMIT $6";

impl Database {
    /// The upload that belongs to a key.
    pub(crate) async fn upload(&self, key: &str) -> Result<Option<Upload>, DatabaseError> {
        let row = sqlx::query("SELECT size, sha256 FROM uploads WHERE upload_key = $1")
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
            "UPDATE uploads SET blob = $1, size = $2, sha256 = $3 WHERE upload_key = $4 AND blob IS NULL",
        )
        .bind(&blob.name)
        .bind(size)
        .bind(blob.checksum.sha256.as_ref().map(<[u8; 32]>::as_slice))
        .bind(key)
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 1 {
            let partial: Option<String> = sqlx::query_scalar(
                "DELETE FROM partial_uploads WHERE upload_key = $1 RETURNING blob",
            )
            .bind(key)
            .fetch_optional(&mut *transaction)
            .await?;
            transaction.commit().await?;
            return Ok(Attached::Done {
                abandoned: partial.filter(|partial| *partial != blob.name),
            });
        }
        let row = sqlx::query("SELECT size, sha256 FROM uploads WHERE upload_key = $1")
            .bind(key)
            .fetch_optional(&mut *transaction)
            .await?;
        let Some(row) = row else {
            return Ok(Attached::Gone);
        };
        let before = checksum(&row)?.ok_or(DatabaseError::Damaged("upload"))?;
        Ok(Attached::Before(before))
    }

    /// The complete file of a version.
    pub(crate) async fn blob(
        &self,
        slug: &TypeSlug,
        version: i64,
    ) -> Result<Option<Blob>, DatabaseError> {
        let row = sqlx::query(
            "SELECT blob, size, sha256 FROM versions JOIN artifacts ON artifacts.artifact = versions.artifact
             JOIN uploads ON version_id = versions.id
             WHERE username = $1 AND name = $2 AND artifact_type = $3 AND blob IS NOT NULL AND version = $4",
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

    /// The numbers of the versions of `slug` whose files are not complete, the newest first.
    pub(crate) async fn incomplete(
        &self,
        slug: &TypeSlug,
        filter: VersionFilter,
        most: i64,
    ) -> Result<Vec<i64>, DatabaseError> {
        let numbers = sqlx::query_scalar(WAITING)
            .bind(slug.artifact.user.as_str())
            .bind(slug.artifact.name.as_str())
            .bind(slug.artifact_type.as_str())
            .bind(filter.version)
            .bind(filter.build)
            .bind(most)
            .fetch_all(&self.readers)
            .await?;
        Ok(numbers)
    }

    /// The keys of the uploads of a type that are not complete, the newest first: of versions that are
    /// younger than an age, or only that of one version.
    pub(crate) async fn waiting_uploads(
        &self,
        slug: &TypeSlug,
        version: Option<i64>,
        age: Duration,
        most: i64,
    ) -> Result<Vec<String>, DatabaseError> {
        Ok(sqlx::query_scalar(
            "SELECT upload_key FROM artifacts JOIN uploads ON of_artifact = artifacts.artifact
             JOIN versions ON versions.id = version_id
             WHERE username = $1 AND name = $2 AND artifact_type = $3 AND blob IS NULL
                 AND version = coalesce($4, version) AND created_at > $5 ORDER BY version DESC LIMIT $6",
        )
        .bind(slug.artifact.user.as_str())
        .bind(slug.artifact.name.as_str())
        .bind(slug.artifact_type.as_str())
        .bind(version)
        .bind(time::before(age))
        .bind(most)
        .fetch_all(&self.readers)
        .await?)
    }

    /// The keys of all uploads that are not complete, of versions that are younger than an age.
    pub(crate) async fn all_waiting_uploads(
        &self,
        age: Duration,
        most: i64,
    ) -> Result<Vec<String>, DatabaseError> {
        Ok(sqlx::query_scalar(
            "SELECT upload_key FROM uploads JOIN versions ON versions.id = version_id
             WHERE blob IS NULL AND created_at > $1 ORDER BY version_id DESC LIMIT $2",
        )
        .bind(time::before(age))
        .bind(most)
        .fetch_all(&self.readers)
        .await?)
    }

    /// The names of all blobs that are some version's file, or are going to be.
    pub(crate) async fn blob_names(&self) -> Result<HashSet<String>, DatabaseError> {
        let names: Vec<String> =
            sqlx::query_scalar(
                "SELECT blob FROM uploads WHERE blob IS NOT NULL UNION SELECT blob FROM partial_uploads",
            )
            .fetch_all(&self.readers)
            .await?;
        Ok(names.into_iter().collect())
    }

    /// Whether some version's file is in an S3 store: all others came through a server, and have a SHA-256.
    pub(crate) async fn has_files_elsewhere(&self) -> Result<bool, DatabaseError> {
        let one: Option<i64> = sqlx::query_scalar(
            "SELECT version_id FROM uploads WHERE blob IS NOT NULL AND sha256 IS NULL LIMIT 1",
        )
        .fetch_optional(&self.readers)
        .await?;
        Ok(one.is_some())
    }
}

/// Reads `size` and `sha256`.
pub(super) fn checksum(row: &AnyRow) -> Result<Option<Checksum>, DatabaseError> {
    let Some(size) = row.try_get::<Option<i64>, _>("size")? else {
        return Ok(None);
    };
    let sha256: Option<Vec<u8>> = row.try_get("sha256")?;
    let sha256 = sha256.map(TryInto::try_into).transpose();
    Ok(Some(Checksum {
        size: u64::try_from(size).map_err(|_| DatabaseError::Damaged("size"))?,
        sha256: sha256.map_err(|_| DatabaseError::Damaged("SHA-256"))?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;

    #[tokio::test]
    async fn those_that_wait_are_found_without_a_look_at_all_others() {
        let directory = tempfile::tempdir().unwrap();
        let options = Options::new(directory.path());
        let database = Database::open(&options).await.unwrap();
        let explain = format!("EXPLAIN QUERY PLAN {WAITING}");
        let plan = sqlx::query(sqlx::AssertSqlSafe(explain)).fetch_all(&database.readers);
        let steps = plan.await.unwrap();
        let steps = steps.iter().map(|step| step.try_get("detail").unwrap());
        let steps: Vec<String> = steps.collect();
        let by_index = |step: &String| step.contains("waiting_uploads_by_artifact (of_artifact=?");
        assert!(steps.iter().any(by_index), "{steps:?}");
    }
}
