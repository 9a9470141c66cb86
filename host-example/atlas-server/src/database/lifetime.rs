//! The end of versions: revocation, deletion, and what is not kept any longer.

use sqlx::AnyConnection;

use super::{artifacts::Artifact, connection::Database, error::DatabaseError};
use crate::{
    slug::{TypeSlug, VersionSlug},
    time,
};

impl Database {
    /// Revokes a version from a time on, for a reason; or with none, takes that back. `false` if there
    /// is no such version.
    pub(crate) async fn revoke_version(
        &self,
        artifact: &Artifact,
        artifact_type: &str,
        version: i64,
        revocation: Option<(&str, &str)>,
    ) -> Result<bool, DatabaseError> {
        let done = sqlx::query(
            "UPDATE versions SET revoke_at = $1, revoke_reason = $2
             WHERE artifact = $3 AND artifact_type = $4 AND version = $5",
        )
        .bind(revocation.map(|(at, _)| at))
        .bind(revocation.map(|(_, reason)| reason))
        .bind(artifact.id)
        .bind(artifact_type)
        .bind(version)
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Deletes a version with all that belongs to it, and tells its blobs, which nothing refers to any
    /// more; none if there is no such version. Its number is not given again.
    pub(crate) async fn delete_version(
        &self,
        artifact: &Artifact,
        artifact_type: &str,
        version: i64,
    ) -> Result<Option<Vec<String>>, DatabaseError> {
        let mut transaction = self.write().await?;
        let id: Option<i64> = sqlx::query_scalar(
            "SELECT id FROM versions WHERE artifact = $1 AND artifact_type = $2 AND version = $3",
        )
        .bind(artifact.id)
        .bind(artifact_type)
        .bind(version)
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(id) = id else { return Ok(None) };
        let blobs = delete(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok(Some(blobs))
    }

    /// The versions that are not to be kept any longer: beyond the number or older than the days that
    /// their artifact says, with that. One that a channel is at is kept.
    pub(crate) async fn versions_to_drop(
        &self,
    ) -> Result<Vec<(Artifact, Vec<VersionSlug>)>, DatabaseError> {
        let mut dropped = Vec::new();
        for limited in self.limited_artifacts().await? {
            let beyond: Vec<(String, i64)> = sqlx::query_as(
                "SELECT artifact_type, version FROM versions WHERE artifact = $1
                 AND (created_at < $2 OR version <= (
                     SELECT newer.version FROM versions newer
                     WHERE newer.artifact = versions.artifact AND newer.artifact_type = versions.artifact_type
                     ORDER BY newer.version DESC LIMIT 1 OFFSET $3))
                 AND NOT EXISTS (
                     SELECT 1 FROM channels WHERE channels.artifact = versions.artifact
                     AND channels.artifact_type = versions.artifact_type AND channels.version = versions.version)",
            )
            .bind(limited.id)
            .bind(limited.keep_days.map(time::days_ago).unwrap_or_default())
            .bind(limited.keep_versions.unwrap_or(i64::MAX))
            .fetch_all(&self.readers)
            .await?;
            let (user, name) = (limited.slug.user.as_str(), limited.slug.name.as_str());
            let versions = beyond.into_iter().map(|(artifact_type, number)| {
                let slug = TypeSlug::parse(user, name, &artifact_type)
                    .map_err(|_| DatabaseError::Damaged("slug"))?;
                Ok(VersionSlug { slug, number })
            });
            let versions = versions.collect::<Result<_, DatabaseError>>()?;
            dropped.push((limited, versions));
        }
        Ok(dropped)
    }
}

/// Deletes a version with all that belongs to it, within a transaction, and tells its blobs.
pub(super) async fn delete(
    connection: &mut AnyConnection,
    id: i64,
) -> Result<Vec<String>, DatabaseError> {
    // Whoever begins a resumable upload locks this row, too: no such upload comes between.
    sqlx::query("UPDATE uploads SET blob = blob WHERE version_id = $1")
        .bind(id)
        .execute(&mut *connection)
        .await?;
    let mut blobs: Vec<Option<String>> = sqlx::query_scalar(
        "DELETE FROM partial_uploads WHERE upload_key IN (SELECT upload_key FROM uploads WHERE version_id = $1)
         RETURNING blob",
    )
    .bind(id)
    .fetch_all(&mut *connection)
    .await?;
    // In S3 a file that nobody has seen yet has the name of its key.
    let attached: Vec<Option<String>> = sqlx::query_scalar(
        "DELETE FROM uploads WHERE version_id = $1 RETURNING coalesce(blob, upload_key)",
    )
    .bind(id)
    .fetch_all(&mut *connection)
    .await?;
    blobs.extend(attached);
    sqlx::query("DELETE FROM versions WHERE id = $1")
        .bind(id)
        .execute(&mut *connection)
        .await?;
    Ok(blobs.into_iter().flatten().collect())
}
