//! What an artifact's page tells at a glance.

use super::{
    artifacts::Artifact, attestations::Attestation, connection::Database, error::DatabaseError,
};

impl Database {
    /// The types of an artifact that have versions, each with how many.
    pub(crate) async fn version_counts(
        &self,
        artifact: &Artifact,
    ) -> Result<Vec<(String, i64)>, DatabaseError> {
        Ok(sqlx::query_as(
            "SELECT artifact_type, count(*) FROM versions WHERE artifact = $1
             GROUP BY artifact_type ORDER BY artifact_type",
        )
        .bind(artifact.id)
        .fetch_all(&self.readers)
        .await?)
    }

    /// The attestations of the versions from one number to another, each with the number of its version.
    pub(crate) async fn attestations_between(
        &self,
        artifact: &Artifact,
        artifact_type: &str,
        (first, last): (i64, i64),
    ) -> Result<Vec<(i64, Attestation)>, DatabaseError> {
        let rows: Vec<(i64, i64, String, String, String)> = sqlx::query_as(
            "SELECT version, attestations.id, kind, attestations.created_at, attestations.created_by
             FROM attestations JOIN versions ON versions.id = version_id
             WHERE artifact = $1 AND artifact_type = $2 AND version BETWEEN $3 AND $4 ORDER BY attestations.id",
        )
        .bind(artifact.id)
        .bind(artifact_type)
        .bind(first)
        .bind(last)
        .fetch_all(&self.readers)
        .await?;
        let attestations = rows
            .into_iter()
            .map(|(version, id, kind, created_at, created_by)| {
                let attestation = Attestation {
                    id,
                    kind,
                    created_at,
                    created_by,
                };
                (version, attestation)
            });
        Ok(attestations.collect())
    }
}
