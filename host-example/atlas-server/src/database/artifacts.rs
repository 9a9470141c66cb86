//! The artifacts: which `user/name` exist.

use super::{Database, DatabaseError};
use crate::slug::ArtifactSlug;

impl Database {
    /// Whether an artifact exists.
    pub(crate) async fn has_artifact(&self, slug: &ArtifactSlug) -> Result<bool, DatabaseError> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM artifacts WHERE username = ? AND name = ?)",
        )
        .bind(slug.user.as_str())
        .bind(slug.name.as_str())
        .fetch_one(&self.readers)
        .await?)
    }

    /// Creates an artifact; `false` if it exists already.
    pub(crate) async fn create_artifact(&self, slug: &ArtifactSlug) -> Result<bool, DatabaseError> {
        let done = sqlx::query(
            "INSERT INTO artifacts (username, name) VALUES (?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(slug.user.as_str())
        .bind(slug.name.as_str())
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Every type of an artifact with the numbers of its complete versions, the newest first.
    pub(crate) async fn version_numbers(
        &self,
        slug: &ArtifactSlug,
    ) -> Result<Vec<(String, i64)>, DatabaseError> {
        Ok(sqlx::query_as(
            "SELECT artifact_type, version FROM versions JOIN artifacts USING (artifact)
             LEFT JOIN uploads ON version_id = versions.id
             WHERE username = ? AND name = ? AND (NOT file OR blob IS NOT NULL)
             ORDER BY artifact_type, version DESC",
        )
        .bind(slug.user.as_str())
        .bind(slug.name.as_str())
        .fetch_all(&self.readers)
        .await?)
    }
}
