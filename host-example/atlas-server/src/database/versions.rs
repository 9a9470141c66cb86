//! The versions: how they are numbered, and how they are found again.

use sqlx::{Row, any::AnyRow};

use super::{artifacts::Artifact, audit, connection::Database, error::DatabaseError, uploads};
use crate::{
    slug::TypeSlug,
    time,
    version::{Declaration, Revocation, Version},
};

/// What became of a request for a new version.
#[derive(Debug)]
pub(crate) enum Created {
    /// The version.
    Version {
        /// As it is kept.
        version: Box<Version>,
        /// The key of its upload if it declared a file.
        upload_key: Option<String>,
        /// Whether this request has made it, and none before.
        is_new: bool,
    },
    /// The idempotency key stands for a version that was declared differently.
    KeyReused,
}

/// Which versions to look at.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct VersionFilter {
    /// Only the one with this number, also if it is revoked.
    pub(crate) version: Option<i64>,
    /// Only those of this build.
    pub(crate) build: Option<i64>,
    /// In which order.
    pub(crate) order: Order,
}

/// In which order versions are looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Order {
    /// The newest first.
    #[default]
    Newest,
    /// Those of the newest build first, of them the newest first.
    NewestBuild,
}

/// How many versions are looked at together at most: first one, then more and more. PostgreSQL sends all
/// that it is asked for, also what nobody reads any more.
const MOST: i64 = 1000;

/// The columns that `version` reads.
macro_rules! select_versions {
    ($rest:literal) => {
        concat!(
            "SELECT version, builder_id, metadata, file, build_id, compile_id, created_at, created_by,
                 revoke_at, revoke_reason, upload_key, size, sha256
             FROM versions JOIN artifacts ON artifacts.artifact = versions.artifact
             LEFT JOIN uploads ON version_id = versions.id
             WHERE username = $1 AND name = $2 AND artifact_type = $3 AND ",
            $rest
        )
    };
}

impl Database {
    /// Makes the next version of a type, or finds the one that `idempotency_key` has made before.
    pub(crate) async fn create_version(
        &self,
        artifact: &Artifact,
        slug: &TypeSlug,
        declaration: Declaration,
        idempotency_key: Option<&str>,
        upload_key: &str,
        created_by: &str,
    ) -> Result<Created, DatabaseError> {
        let mut transaction = self.write().await?;
        // The row of the number is locked from here on: nobody else can take the same one.
        let number: i64 = sqlx::query_scalar(
            "INSERT INTO numbers (artifact, artifact_type, newest) VALUES ($1, $2, 1)
             ON CONFLICT (artifact, artifact_type) DO UPDATE SET newest = numbers.newest + 1 RETURNING newest",
        )
        .bind(artifact.id)
        .bind(slug.artifact_type.as_str())
        .fetch_one(&mut *transaction)
        .await?;

        if let Some(key) = idempotency_key {
            let earlier = sqlx::query(select_versions!("idempotency_key = $4"))
                .bind(slug.artifact.user.as_str())
                .bind(slug.artifact.name.as_str())
                .bind(slug.artifact_type.as_str())
                .bind(key)
                .fetch_optional(&mut *transaction)
                .await?;
            if let Some(row) = earlier {
                // The number is given back with the transaction.
                let version = version(slug, &row)?;
                return Ok(if version.declaration == declaration {
                    Created::Version {
                        version: Box::new(version),
                        upload_key: row.try_get("upload_key")?,
                        is_new: false,
                    }
                } else {
                    Created::KeyReused
                });
            }
        }

        let created_at = time::now();
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO versions (artifact, artifact_type, version, builder_id, metadata, file, build_id, compile_id,
                 idempotency_key, created_at, created_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id",
        )
        .bind(artifact.id)
        .bind(slug.artifact_type.as_str())
        .bind(number)
        .bind(&declaration.id)
        .bind(metadata_text(&declaration)?)
        .bind(i64::from(declaration.file))
        .bind(declaration.build_id)
        .bind(declaration.compile_id)
        .bind(idempotency_key)
        .bind(&created_at)
        .bind(created_by)
        .fetch_one(&mut *transaction)
        .await?;
        if declaration.file {
            sqlx::query(
                "INSERT INTO uploads (version_id, upload_key, of_artifact) VALUES ($1, $2, $3)",
            )
            .bind(id)
            .bind(upload_key)
            .bind(artifact.id)
            .execute(&mut *transaction)
            .await?;
        }
        let subject = format!("{slug}/{number}");
        audit::record(
            &mut transaction,
            created_by,
            "version.create",
            Some(&slug.artifact.user),
            &subject,
        )
        .await?;
        transaction.commit().await?;

        let upload_key = declaration.file.then(|| upload_key.to_owned());
        let version = Version {
            slug: slug.clone(),
            number,
            created_at,
            created_by: created_by.to_owned(),
            declaration,
            file: None,
            revocation: None,
            channels: Vec::new(),
        };
        Ok(Created::Version {
            version: Box::new(version),
            upload_key,
            is_new: true,
        })
    }

    /// The first complete version of `slug` that matches: one that declared a file is complete once that
    /// file is. A revoked one is found by its number only.
    pub(crate) async fn find_version(
        &self,
        slug: &TypeSlug,
        filter: VersionFilter,
        matches: impl Fn(&Version) -> bool,
    ) -> Result<Option<Version>, DatabaseError> {
        let text = match filter.order {
            Order::Newest => select_versions!(
                "(file = 0 OR blob IS NOT NULL) AND version >= coalesce($4, 0) AND build_id = coalesce($5, build_id)
                 AND ($4 IS NOT NULL OR revoke_at IS NULL OR revoke_at > $6) AND version < $7
                 ORDER BY version DESC LIMIT $8"
            ),
            Order::NewestBuild => select_versions!(
                "(file = 0 OR blob IS NOT NULL) AND version = coalesce($4, version) AND build_id = coalesce($5, build_id)
                 AND ($4 IS NOT NULL OR revoke_at IS NULL OR revoke_at > $6) AND (build_id, version) < ($9, $7)
                 ORDER BY build_id DESC, version DESC LIMIT $8"
            ),
        };
        let now = time::now();
        let after = filter
            .version
            .map_or(i64::MAX, |number| number.saturating_add(1));
        let (mut build, mut number, mut most) = (i64::MAX, after, 1);
        loop {
            let query = sqlx::query(text)
                .bind(slug.artifact.user.as_str())
                .bind(slug.artifact.name.as_str())
                .bind(slug.artifact_type.as_str())
                .bind(filter.version)
                .bind(filter.build)
                .bind(&now)
                .bind(number)
                .bind(most);
            let query = match filter.order {
                Order::Newest => query,
                Order::NewestBuild => query.bind(build),
            };
            let rows = query.fetch_all(&self.readers).await?;
            for row in &rows {
                let mut version = version(slug, row)?;
                if matches(&version) {
                    self.name_channels(slug, std::slice::from_mut(&mut version))
                        .await?;
                    return Ok(Some(version));
                }
                (build, number) = (version.declaration.build_id, version.number);
            }
            if (rows.len() as i64) < most {
                return Ok(None);
            }
            most = MOST.min(most * 10);
        }
    }

    /// The versions of `slug`, complete or not, the newest first: so many of those before a number.
    pub(crate) async fn versions_before(
        &self,
        slug: &TypeSlug,
        before: Option<i64>,
        most: i64,
    ) -> Result<Vec<Version>, DatabaseError> {
        let rows = sqlx::query(select_versions!(
            "version < $4 ORDER BY version DESC LIMIT $5"
        ))
        .bind(slug.artifact.user.as_str())
        .bind(slug.artifact.name.as_str())
        .bind(slug.artifact_type.as_str())
        .bind(before.unwrap_or(i64::MAX))
        .bind(most)
        .fetch_all(&self.readers)
        .await?;
        let mut versions: Vec<_> = rows
            .iter()
            .map(|row| version(slug, row))
            .collect::<Result<_, _>>()?;
        self.name_channels(slug, &mut versions).await?;
        Ok(versions)
    }

    /// Tells versions which channels are at them.
    async fn name_channels(
        &self,
        slug: &TypeSlug,
        versions: &mut [Version],
    ) -> Result<(), DatabaseError> {
        for (channel, number) in self.channels(slug, "", i64::MAX).await? {
            for version in versions.iter_mut().filter(|v| v.number == number) {
                version.channels.push(channel.clone());
            }
        }
        Ok(())
    }
}

fn metadata_text(declaration: &Declaration) -> Result<Option<String>, DatabaseError> {
    let text = declaration.metadata.as_ref().map(serde_json::to_string);
    text.transpose()
        .map_err(|_| DatabaseError::Damaged("metadata"))
}

fn version(slug: &TypeSlug, row: &AnyRow) -> Result<Version, DatabaseError> {
    let metadata: Option<String> = row.try_get("metadata")?;
    let metadata = metadata.as_deref().map(serde_json::from_str).transpose();
    let revoke_at: Option<String> = row.try_get("revoke_at")?;
    let reason: Option<String> = row.try_get("revoke_reason")?;
    Ok(Version {
        slug: slug.clone(),
        number: row.try_get("version")?,
        declaration: Declaration {
            id: row.try_get("builder_id")?,
            metadata: metadata.map_err(|_| DatabaseError::Damaged("metadata"))?,
            file: row.try_get::<i64, _>("file")? != 0,
            build_id: row.try_get("build_id")?,
            compile_id: row.try_get("compile_id")?,
        },
        created_at: row.try_get("created_at")?,
        created_by: row.try_get("created_by")?,
        file: uploads::checksum(row)?,
        revocation: revoke_at.map(|at| Revocation {
            at,
            reason: reason.unwrap_or_default(),
        }),
        channels: Vec::new(),
    })
}
