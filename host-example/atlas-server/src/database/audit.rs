//! The audit log: who did what.

use serde::Serialize;
use sqlx::{AnyConnection, FromRow, Row, any::AnyRow};
use utoipa::ToSchema;

use super::{connection::Database, error::DatabaseError};
use crate::{slug::Segment, time};

/// A line of the audit log.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuditEntry {
    /// Its number: later ones are larger.
    pub id: i64,
    /// When, in RFC 3339, UTC.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who: a user, `token` with its number, `administrator`, or `retention`.
    pub who: String,
    /// What was done, such as `version.create`.
    pub action: String,
    /// Where it was done, if in an organisation.
    pub organisation: Option<String>,
    /// What it was done to.
    pub subject: String,
}

impl FromRow<'_, AnyRow> for AuditEntry {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            at: row.try_get("at")?,
            who: row.try_get("who")?,
            action: row.try_get("action")?,
            organisation: row.try_get("organisation")?,
            subject: row.try_get("subject")?,
        })
    }
}

impl Database {
    /// Adds a line. `action` is a verb and a noun, such as `version.create`; `subject` what it was done to.
    pub(crate) async fn record(
        &self,
        who: &str,
        action: &str,
        organisation: Option<&Segment>,
        subject: &str,
    ) -> Result<(), DatabaseError> {
        let mut connection = self.writer.acquire().await?;
        record(&mut connection, who, action, organisation, subject).await
    }

    /// The newest lines of an organisation (or of all), so many of those before a number.
    pub(crate) async fn audit(
        &self,
        organisation: Option<&str>,
        before: Option<i64>,
        most: i64,
    ) -> Result<Vec<AuditEntry>, DatabaseError> {
        Ok(sqlx::query_as(
            "SELECT id, at, who, action, organisation, subject FROM audit
             WHERE ($1 IS NULL OR organisation = $1) AND id < $2 ORDER BY id DESC LIMIT $3",
        )
        .bind(organisation)
        .bind(before.unwrap_or(i64::MAX))
        .bind(most)
        .fetch_all(&self.readers)
        .await?)
    }
}

/// Adds a line within a transaction.
pub(super) async fn record(
    connection: &mut AnyConnection,
    who: &str,
    action: &str,
    organisation: Option<&Segment>,
    subject: &str,
) -> Result<(), DatabaseError> {
    sqlx::query(
        "INSERT INTO audit (at, who, action, organisation, subject) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(time::now())
    .bind(who)
    .bind(action)
    .bind(organisation.map(Segment::as_str))
    .bind(subject)
    .execute(connection)
    .await?;
    Ok(())
}
