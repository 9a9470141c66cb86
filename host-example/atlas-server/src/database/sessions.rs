//! The sessions: users who have logged in with a browser.

use super::{connection::Database, error::DatabaseError};
use crate::{access::Caller, time, token::SecretDigest};

impl Database {
    /// Begins a session, and forgets those that are over.
    pub(crate) async fn begin_session(
        &self,
        secret: &SecretDigest,
        user: &str,
        expires_at: &str,
    ) -> Result<(), DatabaseError> {
        sqlx::query("DELETE FROM sessions WHERE expires_at <= $1")
            .bind(time::now())
            .execute(&self.writer)
            .await?;
        sqlx::query("INSERT INTO sessions (sha256, username, expires_at) VALUES ($1, $2, $3)")
            .bind(secret.as_bytes())
            .bind(user)
            .bind(expires_at)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Who a session's secret belongs to.
    pub(crate) async fn caller_of_session(
        &self,
        secret: &SecretDigest,
    ) -> Result<Option<Caller>, DatabaseError> {
        let user: Option<String> = sqlx::query_scalar(
            "SELECT username FROM sessions WHERE sha256 = $1 AND expires_at > $2",
        )
        .bind(secret.as_bytes())
        .bind(time::now())
        .fetch_optional(&self.readers)
        .await?;
        let Some(user) = user else { return Ok(None) };
        let organisations = self.memberships(&user).await?;
        Ok(Some(Caller::within(
            user.clone(),
            Some(user),
            organisations,
        )))
    }

    /// Ends all sessions of a user.
    pub(crate) async fn end_sessions_of(&self, user: &str) -> Result<(), DatabaseError> {
        sqlx::query("DELETE FROM sessions WHERE username = $1")
            .bind(user)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Ends a session.
    pub(crate) async fn end_session(&self, secret: &SecretDigest) -> Result<(), DatabaseError> {
        sqlx::query("DELETE FROM sessions WHERE sha256 = $1")
            .bind(secret.as_bytes())
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}
