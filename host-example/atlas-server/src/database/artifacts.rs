//! The artifacts: which `user/name` exist, who may see them, and how long their versions are kept.

use sqlx::{Row, any::AnyRow};

use super::{connection::Database, error::DatabaseError};
use crate::slug::ArtifactSlug;

/// An artifact.
#[derive(Debug, Clone)]
pub(crate) struct Artifact {
    /// Its number in the database.
    pub(super) id: i64,
    /// Its slug.
    pub(crate) slug: ArtifactSlug,
    /// Whether everybody may read it.
    pub(crate) public: bool,
    /// How many versions of each type are kept; none is all.
    pub(crate) keep_versions: Option<i64>,
    /// For how many days versions are kept; none is for ever.
    pub(crate) keep_days: Option<i64>,
}

/// What is to be different about an artifact; none leaves it as it is.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ArtifactChange {
    pub(crate) public: Option<bool>,
    pub(crate) keep_versions: Option<Option<i64>>,
    pub(crate) keep_days: Option<Option<i64>>,
}

impl Database {
    /// The artifact, if it exists.
    pub(crate) async fn artifact(
        &self,
        slug: &ArtifactSlug,
    ) -> Result<Option<Artifact>, DatabaseError> {
        let row = sqlx::query(
            "SELECT artifact, public, keep_versions, keep_days FROM artifacts WHERE username = $1 AND name = $2",
        )
        .bind(slug.user.as_str())
        .bind(slug.name.as_str())
        .fetch_optional(&self.readers)
        .await?;
        row.map(|row| artifact(slug.clone(), &row)).transpose()
    }

    /// The artifacts that do not keep all versions for ever.
    pub(super) async fn limited_artifacts(&self) -> Result<Vec<Artifact>, DatabaseError> {
        let rows = sqlx::query(
            "SELECT artifact, username, name, public, keep_versions, keep_days FROM artifacts
             WHERE keep_versions IS NOT NULL OR keep_days IS NOT NULL",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| {
                let slug = ArtifactSlug::parse(row.try_get("username")?, row.try_get("name")?);
                artifact(slug.map_err(|_| DatabaseError::Damaged("slug"))?, row)
            })
            .collect()
    }

    /// Creates an artifact; `false` if it exists already.
    pub(crate) async fn create_artifact(&self, slug: &ArtifactSlug) -> Result<bool, DatabaseError> {
        let done = sqlx::query(
            "INSERT INTO artifacts (username, name) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        )
        .bind(slug.user.as_str())
        .bind(slug.name.as_str())
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Changes an artifact, and returns what it then is.
    pub(crate) async fn change_artifact(
        &self,
        artifact: &Artifact,
        change: ArtifactChange,
    ) -> Result<Artifact, DatabaseError> {
        let mut changed = artifact.clone();
        changed.public = change.public.unwrap_or(changed.public);
        changed.keep_versions = change.keep_versions.unwrap_or(changed.keep_versions);
        changed.keep_days = change.keep_days.unwrap_or(changed.keep_days);
        sqlx::query(
            "UPDATE artifacts SET public = $1, keep_versions = $2, keep_days = $3 WHERE artifact = $4",
        )
        .bind(i64::from(changed.public))
        .bind(changed.keep_versions)
        .bind(changed.keep_days)
        .bind(changed.id)
        .execute(&self.writer)
        .await?;
        Ok(changed)
    }
}

fn artifact(slug: ArtifactSlug, row: &AnyRow) -> Result<Artifact, DatabaseError> {
    Ok(Artifact {
        id: row.try_get("artifact")?,
        slug,
        public: row.try_get::<i64, _>("public")? != 0,
        keep_versions: row.try_get("keep_versions")?,
        keep_days: row.try_get("keep_days")?,
    })
}
