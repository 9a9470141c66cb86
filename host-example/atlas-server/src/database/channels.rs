//! The channels: names that people move from version to version.

use super::{artifacts::Artifact, connection::Database, error::DatabaseError};
use crate::slug::TypeSlug;

impl Database {
    /// The version that a channel is at, if there is one of this name.
    pub(crate) async fn channel(
        &self,
        slug: &TypeSlug,
        channel: &str,
    ) -> Result<Option<i64>, DatabaseError> {
        Ok(sqlx::query_scalar(
            "SELECT version FROM channels JOIN artifacts ON artifacts.artifact = channels.artifact
             WHERE username = $1 AND artifacts.name = $2 AND artifact_type = $3 AND channels.name = $4",
        )
        .bind(slug.artifact.user.as_str())
        .bind(slug.artifact.name.as_str())
        .bind(slug.artifact_type.as_str())
        .bind(channel)
        .fetch_optional(&self.readers)
        .await?)
    }

    /// So many channels of a type, each with the version it is at, after a name and by name.
    pub(crate) async fn channels(
        &self,
        slug: &TypeSlug,
        after: &str,
        most: i64,
    ) -> Result<Vec<(String, i64)>, DatabaseError> {
        Ok(sqlx::query_as(
            "SELECT channels.name, version FROM channels JOIN artifacts ON artifacts.artifact = channels.artifact
             WHERE username = $1 AND artifacts.name = $2 AND artifact_type = $3 AND channels.name > $4
             ORDER BY channels.name LIMIT $5",
        )
        .bind(slug.artifact.user.as_str())
        .bind(slug.artifact.name.as_str())
        .bind(slug.artifact_type.as_str())
        .bind(after)
        .bind(most)
        .fetch_all(&self.readers)
        .await?)
    }

    /// Puts a channel at a version; `false` if there is no such version, or its file is not complete.
    pub(crate) async fn set_channel(
        &self,
        artifact: &Artifact,
        artifact_type: &str,
        channel: &str,
        version: i64,
    ) -> Result<bool, DatabaseError> {
        let done = sqlx::query(
            "INSERT INTO channels (artifact, artifact_type, name, version)
             SELECT artifact, artifact_type, CAST($1 AS TEXT), version FROM versions LEFT JOIN uploads ON version_id = versions.id
             WHERE artifact = $2 AND artifact_type = $3 AND version = $4 AND (file = 0 OR blob IS NOT NULL)
             ON CONFLICT (artifact, artifact_type, name) DO UPDATE SET version = excluded.version",
        )
        .bind(channel)
        .bind(artifact.id)
        .bind(artifact_type)
        .bind(version)
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Removes a channel; `false` if there is none of this name.
    pub(crate) async fn remove_channel(
        &self,
        artifact: &Artifact,
        artifact_type: &str,
        channel: &str,
    ) -> Result<bool, DatabaseError> {
        let done = sqlx::query(
            "DELETE FROM channels WHERE artifact = $1 AND artifact_type = $2 AND name = $3",
        )
        .bind(artifact.id)
        .bind(artifact_type)
        .bind(channel)
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected() == 1)
    }
}
