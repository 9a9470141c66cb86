//! The tokens that are accepted, and what each may do.

use std::time::Duration;

use serde::Serialize;
use sqlx::{FromRow, Row, any::AnyRow};
use utoipa::ToSchema;

use super::{connection::Database, error::DatabaseError, organisations::parsed};
use crate::{
    access::{Access, Caller},
    slug::Segment,
    time,
    token::SecretDigest,
};

/// How exactly it is known when a token was used last: reads do not write each time.
const USE_KNOWN: Duration = Duration::from_secs(60 * 60);

/// A token that is to be accepted.
#[derive(Debug, Clone)]
pub(crate) struct NewToken<'a> {
    /// What it is for.
    pub(crate) description: &'a str,
    /// The only organisation where it is good; none is all of its user's, or without a user, all.
    pub(crate) organisation: Option<&'a Segment>,
    /// The most it may do.
    pub(crate) access: Access,
    /// Whose it is, and never better than; none is the administrator's.
    pub(crate) user: Option<&'a str>,
    /// When it ends, if it does.
    pub(crate) expires_at: Option<String>,
}

/// A token, as it is listed: without its secret, which is not kept. Times are RFC 3339, UTC.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Token)]
pub struct TokenEntry {
    /// Its number.
    pub id: i64,
    /// What it is for.
    pub description: String,
    /// The only organisation where it is good; none is all of its user's, or without a user, all.
    pub organisation: Option<String>,
    /// The most it may do: `read`, `write` or `own`.
    pub access: String,
    /// Whose it is, and never better than.
    pub username: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it ends, if it does.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// When it was revoked, if it was.
    #[schema(format = DateTime)]
    pub revoked_at: Option<String>,
    /// When it was used last, if it was, and not more than an hour later.
    #[schema(format = DateTime)]
    pub last_used_at: Option<String>,
}

impl FromRow<'_, AnyRow> for TokenEntry {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            description: row.try_get("description")?,
            organisation: row.try_get("organisation")?,
            access: row.try_get("access")?,
            username: row.try_get("username")?,
            created_at: row.try_get("created_at")?,
            expires_at: row.try_get("expires_at")?,
            revoked_at: row.try_get("revoked_at")?,
            last_used_at: row.try_get("last_used_at")?,
        })
    }
}

impl Database {
    /// Accepts a token from now on, and tells its number. One that is known already stays as it is.
    pub(crate) async fn add_token(
        &self,
        secret: &SecretDigest,
        token: &NewToken<'_>,
    ) -> Result<i64, DatabaseError> {
        let mut transaction = self.write().await?;
        sqlx::query(
            "INSERT INTO access_tokens (sha256, description, organisation, access, username, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        )
        .bind(secret.as_bytes())
        .bind(token.description)
        .bind(token.organisation.map(Segment::as_str))
        .bind(token.access.name())
        .bind(token.user)
        .bind(time::now())
        .bind(token.expires_at.as_deref())
        .execute(&mut *transaction)
        .await?;
        let id = sqlx::query_scalar("SELECT id FROM access_tokens WHERE sha256 = $1")
            .bind(secret.as_bytes())
            .fetch_one(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Who shows a token, if it is accepted.
    pub(crate) async fn caller(
        &self,
        secret: &SecretDigest,
    ) -> Result<Option<Caller>, DatabaseError> {
        let row = sqlx::query(
            "SELECT id, organisation, access, username, last_used_at FROM access_tokens
             WHERE sha256 = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)",
        )
        .bind(secret.as_bytes())
        .bind(time::now())
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let id: i64 = row.try_get("id")?;
        let used: Option<String> = row.try_get("last_used_at")?;
        if used.is_none_or(|used| used < time::before(USE_KNOWN))
            && let Err(error) = self.note_use(id).await
        {
            // The token is as good without that.
            eprintln!("atlas-server: the use of token {id} is not written down: {error}");
        }
        let organisation: Option<String> = row.try_get("organisation")?;
        let access = parsed(row.try_get("access")?)?;
        let user: Option<String> = row.try_get("username")?;
        let name = match &user {
            Some(user) => user.clone(),
            None => format!("token {id}"),
        };
        Ok(Some(match (user, organisation) {
            (None, None) => Caller::everywhere(name, access),
            (None, Some(only)) => Caller::within(name, None, [(only, access)].into()),
            (Some(user), only) => {
                let mut organisations = self.memberships(&user).await?;
                organisations.retain(|name, own| {
                    *own = access.min(*own);
                    only.as_ref().is_none_or(|only| only == name)
                });
                Caller::within(name, Some(user), organisations)
            }
        }))
    }

    /// Writes down that a token is used, unless another request has just done so.
    async fn note_use(&self, id: i64) -> Result<(), DatabaseError> {
        sqlx::query(
            "UPDATE access_tokens SET last_used_at = $1
             WHERE id = $2 AND (last_used_at IS NULL OR last_used_at < $3)",
        )
        .bind(time::now())
        .bind(id)
        .bind(time::before(USE_KNOWN))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Whether there was ever a token: if not, this is the first start.
    pub(crate) async fn has_any_token(&self) -> Result<bool, DatabaseError> {
        let one: Option<i64> = sqlx::query_scalar("SELECT id FROM access_tokens LIMIT 1")
            .fetch_optional(&self.readers)
            .await?;
        Ok(one.is_some())
    }

    /// So many tokens of an organisation, of a user, or (with neither) of all; before a number, the newest first.
    pub(crate) async fn tokens(
        &self,
        organisation: Option<&str>,
        user: Option<&str>,
        before: Option<i64>,
        most: i64,
    ) -> Result<Vec<TokenEntry>, DatabaseError> {
        Ok(sqlx::query_as(
            "SELECT id, description, organisation, access, username, created_at, expires_at, revoked_at,
                 last_used_at
             FROM access_tokens WHERE ($1 IS NULL OR organisation = $1) AND ($2 IS NULL OR username = $2)
             AND id < $3 ORDER BY id DESC LIMIT $4",
        )
        .bind(organisation)
        .bind(user)
        .bind(before.unwrap_or(i64::MAX))
        .bind(most)
        .fetch_all(&self.readers)
        .await?)
    }

    /// The token of this number.
    pub(crate) async fn token(&self, id: i64) -> Result<Option<TokenEntry>, DatabaseError> {
        Ok(sqlx::query_as(
            "SELECT id, description, organisation, access, username, created_at, expires_at, revoked_at,
                 last_used_at
             FROM access_tokens WHERE id = $1",
        )
        .bind(id)
        .fetch_optional(&self.readers)
        .await?)
    }

    /// Accepts a token no more; `false` if there is none of this number that was accepted.
    pub(crate) async fn revoke_token(&self, id: i64) -> Result<bool, DatabaseError> {
        let done = sqlx::query(
            "UPDATE access_tokens SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL",
        )
        .bind(time::now())
        .bind(id)
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected() == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;

    #[tokio::test]
    async fn a_use_is_written_down_once_an_hour() {
        let directory = tempfile::tempdir().unwrap();
        let database = Database::open(&Options::new(directory.path()))
            .await
            .unwrap();
        let secret = SecretDigest::of(b"secret");
        let token = NewToken {
            description: "",
            organisation: None,
            access: Access::Read,
            user: None,
            expires_at: None,
        };
        let id = database.add_token(&secret, &token).await.unwrap();
        let last_use = async || database.token(id).await.unwrap().unwrap().last_used_at;
        assert_eq!(last_use().await, None);
        for (minutes, is_written) in [(59, false), (61, true)] {
            let earlier = time::before(Duration::from_secs(minutes * 60));
            sqlx::query("UPDATE access_tokens SET last_used_at = $1")
                .bind(&earlier)
                .execute(&database.writer)
                .await
                .unwrap();
            database.caller(&secret).await.unwrap().unwrap();
            assert_eq!(last_use().await > Some(earlier), is_written, "{minutes}");
        }
    }
}
