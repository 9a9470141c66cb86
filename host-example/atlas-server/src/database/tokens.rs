//! The tokens that are accepted.

use super::{Database, DatabaseError};
use crate::token::SecretDigest;

impl Database {
    /// Accepts a token from now on.
    pub(crate) async fn add_token(
        &self,
        token: &SecretDigest,
        description: &str,
    ) -> Result<(), DatabaseError> {
        sqlx::query(
            "INSERT INTO tokens (sha256, description) VALUES (?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(token.as_bytes())
        .bind(description)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Whether a token is accepted.
    pub(crate) async fn has_token(&self, token: &SecretDigest) -> Result<bool, DatabaseError> {
        Ok(
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM tokens WHERE sha256 = ?)")
                .bind(token.as_bytes())
                .fetch_one(&self.readers)
                .await?,
        )
    }

    /// Whether any token is accepted: if none is, this is the first start.
    pub(crate) async fn has_any_token(&self) -> Result<bool, DatabaseError> {
        // Read where the schema was just made: the readers need no connection yet.
        Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM tokens)")
            .fetch_one(&self.writer)
            .await?)
    }
}
