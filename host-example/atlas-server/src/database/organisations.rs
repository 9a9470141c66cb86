//! The organisations: who owns artifacts, who belongs to them, and how much room they have.

use std::collections::BTreeMap;

use super::{connection::Database, error::DatabaseError};
use crate::{access::Access, slug::Segment};

impl Database {
    /// Makes an organisation, if there is none of this name.
    pub(crate) async fn add_organisation(&self, name: &Segment) -> Result<bool, DatabaseError> {
        let done =
            sqlx::query("INSERT INTO organisations (name) VALUES ($1) ON CONFLICT DO NOTHING")
                .bind(name.as_str())
                .execute(&self.writer)
                .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Whether there is an organisation of this name.
    pub(crate) async fn has_organisation(&self, name: &Segment) -> Result<bool, DatabaseError> {
        let found: Option<String> =
            sqlx::query_scalar("SELECT name FROM organisations WHERE name = $1")
                .bind(name.as_str())
                .fetch_optional(&self.readers)
                .await?;
        Ok(found.is_some())
    }

    /// The names of all organisations, each with its quota.
    pub(crate) async fn organisations(&self) -> Result<Vec<(String, Option<i64>)>, DatabaseError> {
        Ok(
            sqlx::query_as("SELECT name, quota FROM organisations ORDER BY name")
                .fetch_all(&self.readers)
                .await?,
        )
    }

    /// Limits how many bytes the files of an organisation may take; `false` if there is no such one.
    pub(crate) async fn set_quota(
        &self,
        organisation: &Segment,
        bytes: Option<i64>,
    ) -> Result<bool, DatabaseError> {
        let done = sqlx::query("UPDATE organisations SET quota = $1 WHERE name = $2")
            .bind(bytes)
            .bind(organisation.as_str())
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// How many bytes the organisation of an upload has left; none if nothing limits it.
    pub(crate) async fn room(&self, upload_key: &str) -> Result<Option<u64>, DatabaseError> {
        let quota: Option<(String, Option<i64>)> = sqlx::query_as(
            "SELECT organisations.name, quota FROM uploads JOIN versions ON versions.id = version_id
             JOIN artifacts ON artifacts.artifact = versions.artifact
             JOIN organisations ON organisations.name = username WHERE upload_key = $1",
        )
        .bind(upload_key)
        .fetch_optional(&self.readers)
        .await?;
        let Some((organisation, Some(quota))) = quota else {
            return Ok(None);
        };
        let used: i64 = sqlx::query_scalar(
            "SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM uploads JOIN versions ON versions.id = version_id
             JOIN artifacts ON artifacts.artifact = versions.artifact WHERE username = $1",
        )
        .bind(organisation)
        .fetch_one(&self.readers)
        .await?;
        Ok(Some(u64::try_from(quota - used).unwrap_or(0)))
    }

    /// Gives a user access to an organisation, or takes it away.
    pub(crate) async fn set_member(
        &self,
        organisation: &Segment,
        user: &str,
        access: Option<Access>,
    ) -> Result<(), DatabaseError> {
        let mut transaction = self.write().await?;
        sqlx::query("DELETE FROM members WHERE organisation = $1 AND username = $2")
            .bind(organisation.as_str())
            .bind(user)
            .execute(&mut *transaction)
            .await?;
        if let Some(access) = access {
            sqlx::query("INSERT INTO members (organisation, username, access) VALUES ($1, $2, $3)")
                .bind(organisation.as_str())
                .bind(user)
                .bind(access.name())
                .execute(&mut *transaction)
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// The organisations of a user, with the access to each.
    pub(crate) async fn memberships(
        &self,
        user: &str,
    ) -> Result<BTreeMap<String, Access>, DatabaseError> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT organisation, access FROM members WHERE username = $1")
                .bind(user)
                .fetch_all(&self.readers)
                .await?;
        rows.into_iter()
            .map(|(organisation, access)| Ok((organisation, parsed(&access)?)))
            .collect()
    }
}

/// Reads a level of access.
pub(super) fn parsed(access: &str) -> Result<Access, DatabaseError> {
    Access::parse(access).ok_or(DatabaseError::Damaged("level of access"))
}
