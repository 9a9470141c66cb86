//! The versions: how they are numbered, and how they are found again.

use sqlx::{Row, sqlite::SqliteRow};

use super::{Database, DatabaseError, uploads};
use crate::{
    slug::TypeSlug,
    version::{Declaration, Version},
};

/// What became of a request for a new version.
#[derive(Debug)]
pub(crate) enum Created {
    /// The version, and the key of its upload if it declared a file.
    Version(Box<Version>, Option<String>),
    /// There is no such artifact.
    NoArtifact,
    /// The idempotency key stands for a version that was declared differently.
    KeyReused,
}

/// Which versions to read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct VersionFilter {
    /// Only the one with this number.
    pub(crate) version: Option<i64>,
    /// Only those of this build.
    pub(crate) build: Option<i64>,
    /// Only the newest.
    pub(crate) latest: bool,
}

impl Database {
    /// Makes the next version of `slug`, or finds the one that `idempotency_key` has made before.
    pub(crate) async fn create_version(
        &self,
        slug: &TypeSlug,
        declaration: Declaration,
        idempotency_key: Option<&str>,
        upload_key: &str,
    ) -> Result<Created, DatabaseError> {
        let mut transaction = self.write().await?;
        let artifact: Option<i64> =
            sqlx::query_scalar("SELECT artifact FROM artifacts WHERE username = ? AND name = ?")
                .bind(slug.artifact.user.as_str())
                .bind(slug.artifact.name.as_str())
                .fetch_optional(&mut *transaction)
                .await?;
        let Some(artifact) = artifact else {
            return Ok(Created::NoArtifact);
        };

        if let Some(key) = idempotency_key {
            let earlier = sqlx::query(
                "SELECT versions.*, upload_key, size, sha256 FROM versions
                 LEFT JOIN uploads ON version_id = versions.id
                 WHERE artifact = ? AND artifact_type = ? AND idempotency_key = ?",
            )
            .bind(artifact)
            .bind(slug.artifact_type.as_str())
            .bind(key)
            .fetch_optional(&mut *transaction)
            .await?;
            if let Some(row) = earlier {
                let version = version(slug, &row)?;
                return Ok(if version.declaration == declaration {
                    Created::Version(Box::new(version), row.try_get("upload_key")?)
                } else {
                    Created::KeyReused
                });
            }
        }

        // The transaction holds the writing lock, so nobody else can take the same number.
        let row = sqlx::query(
            "INSERT INTO versions
                 (artifact, artifact_type, version, builder_id, metadata, file, build_id, compile_id, idempotency_key)
             SELECT ?1, ?2, coalesce(max(version), 0) + 1, ?3, ?4, ?5, ?6, ?7, ?8
             FROM versions WHERE artifact = ?1 AND artifact_type = ?2
             RETURNING id, version, created_at",
        )
        .bind(artifact)
        .bind(slug.artifact_type.as_str())
        .bind(&declaration.id)
        .bind(metadata_text(&declaration)?)
        .bind(declaration.file)
        .bind(declaration.build_id)
        .bind(declaration.compile_id)
        .bind(idempotency_key)
        .fetch_one(&mut *transaction)
        .await?;
        if declaration.file {
            sqlx::query("INSERT INTO uploads (version_id, upload_key) VALUES (?, ?)")
                .bind(row.try_get::<i64, _>("id")?)
                .bind(upload_key)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;

        let upload_key = declaration.file.then(|| upload_key.to_owned());
        let version = Version {
            slug: slug.clone(),
            number: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            declaration,
            file: None,
        };
        Ok(Created::Version(Box::new(version), upload_key))
    }

    /// The complete versions of `slug`, the newest first: a version that declared a file is complete
    /// once that file is.
    pub(crate) async fn versions(
        &self,
        slug: &TypeSlug,
        filter: VersionFilter,
    ) -> Result<Vec<Version>, DatabaseError> {
        sqlx::query(
            "SELECT versions.*, size, sha256 FROM versions JOIN artifacts USING (artifact)
             LEFT JOIN uploads ON version_id = versions.id
             WHERE username = ?1 AND name = ?2 AND artifact_type = ?3 AND (NOT file OR blob IS NOT NULL)
                 AND version = coalesce(?4, version) AND build_id = coalesce(?5, build_id)
             ORDER BY version DESC LIMIT ?6",
        )
        .bind(slug.artifact.user.as_str())
        .bind(slug.artifact.name.as_str())
        .bind(slug.artifact_type.as_str())
        .bind(filter.version)
        .bind(filter.build)
        .bind(if filter.latest { 1 } else { -1 })
        .fetch_all(&self.readers)
        .await?
        .iter()
        .map(|row| version(slug, row))
        .collect()
    }

    /// The numbers of the versions of `slug` whose files are not complete, the newest first.
    pub(crate) async fn incomplete(
        &self,
        slug: &TypeSlug,
        filter: VersionFilter,
    ) -> Result<Vec<i64>, DatabaseError> {
        let numbers = sqlx::query_scalar(
            "SELECT version FROM versions JOIN artifacts USING (artifact)
             LEFT JOIN uploads ON version_id = versions.id
             WHERE username = ?1 AND name = ?2 AND artifact_type = ?3 AND file AND blob IS NULL
                 AND version = coalesce(?4, version) AND build_id = coalesce(?5, build_id)
             ORDER BY version DESC LIMIT ?6",
        )
        .bind(slug.artifact.user.as_str())
        .bind(slug.artifact.name.as_str())
        .bind(slug.artifact_type.as_str())
        .bind(filter.version)
        .bind(filter.build)
        .bind(if filter.latest { 1 } else { MOST_INCOMPLETE })
        .fetch_all(&self.readers)
        .await?;
        Ok(numbers)
    }
}

/// How many incomplete versions a search tells at most.
const MOST_INCOMPLETE: i64 = 100;

fn metadata_text(declaration: &Declaration) -> Result<Option<String>, DatabaseError> {
    let text = declaration.metadata.as_ref().map(serde_json::to_string);
    text.transpose()
        .map_err(|_| DatabaseError::Damaged("metadata"))
}

/// Reads a row of `versions.*` with the `size` and `sha256` of its upload.
fn version(slug: &TypeSlug, row: &SqliteRow) -> Result<Version, DatabaseError> {
    let metadata: Option<&str> = row.try_get("metadata")?;
    let metadata = metadata.map(serde_json::from_str).transpose();
    Ok(Version {
        slug: slug.clone(),
        number: row.try_get("version")?,
        declaration: Declaration {
            id: row.try_get("builder_id")?,
            metadata: metadata.map_err(|_| DatabaseError::Damaged("metadata"))?,
            file: row.try_get("file")?,
            build_id: row.try_get("build_id")?,
            compile_id: row.try_get("compile_id")?,
        },
        created_at: row.try_get("created_at")?,
        file: uploads::checksum(row)?,
    })
}
