//! The attestations: what is said about versions.

use serde::Serialize;
use sqlx::{FromRow, Row, any::AnyRow};
use utoipa::ToSchema;

use super::{artifacts::Artifact, connection::Database, error::DatabaseError};
use crate::time;

/// An attestation, as it is listed.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ListedAttestation)]
pub(crate) struct Attestation {
    pub(crate) id: i64,
    /// Its format: the predicate type of in-toto, or `spdx`, or `cyclonedx`.
    pub(crate) kind: String,
    #[schema(format = DateTime)]
    pub(crate) created_at: String,
    pub(crate) created_by: String,
}

impl FromRow<'_, AnyRow> for Attestation {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            kind: row.try_get("kind")?,
            created_at: row.try_get("created_at")?,
            created_by: row.try_get("created_by")?,
        })
    }
}

impl Database {
    /// Attaches an attestation to a version, and tells its number; none if there is no such version.
    pub(crate) async fn add_attestation(
        &self,
        artifact: &Artifact,
        artifact_type: &str,
        version: i64,
        (kind, content): (&str, &str),
        by: &str,
    ) -> Result<Option<i64>, DatabaseError> {
        Ok(sqlx::query_scalar(
            "INSERT INTO attestations (version_id, kind, content, created_at, created_by)
             SELECT id, CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT) FROM versions
             WHERE artifact = $5 AND artifact_type = $6 AND version = $7 RETURNING id",
        )
        .bind(kind)
        .bind(content)
        .bind(time::now())
        .bind(by)
        .bind(artifact.id)
        .bind(artifact_type)
        .bind(version)
        .fetch_optional(&self.writer)
        .await?)
    }

    /// So many attestations of a version, before a number and the newest first.
    pub(crate) async fn attestations(
        &self,
        artifact: &Artifact,
        artifact_type: &str,
        version: i64,
        before: Option<i64>,
        most: i64,
    ) -> Result<Vec<Attestation>, DatabaseError> {
        Ok(sqlx::query_as(
            "SELECT attestations.id, kind, attestations.created_at, attestations.created_by
             FROM attestations JOIN versions ON versions.id = version_id
             WHERE artifact = $1 AND artifact_type = $2 AND version = $3 AND attestations.id < $4
             ORDER BY attestations.id DESC LIMIT $5",
        )
        .bind(artifact.id)
        .bind(artifact_type)
        .bind(version)
        .bind(before.unwrap_or(i64::MAX))
        .bind(most)
        .fetch_all(&self.readers)
        .await?)
    }

    /// The text of one attestation of a version.
    pub(crate) async fn attestation(
        &self,
        artifact: &Artifact,
        artifact_type: &str,
        version: i64,
        id: i64,
    ) -> Result<Option<String>, DatabaseError> {
        Ok(sqlx::query_scalar(
            "SELECT content FROM attestations JOIN versions ON versions.id = version_id
             WHERE artifact = $1 AND artifact_type = $2 AND version = $3 AND attestations.id = $4",
        )
        .bind(artifact.id)
        .bind(artifact_type)
        .bind(version)
        .bind(id)
        .fetch_optional(&self.readers)
        .await?)
    }
}
