//! The users: people who log in.

use super::{connection::Database, error::DatabaseError};

impl Database {
    /// Makes a user, or gives one another password (as a PHC string).
    pub(crate) async fn set_user(&self, name: &str, password: &str) -> Result<(), DatabaseError> {
        sqlx::query(
            "INSERT INTO users (name, password) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET password = excluded.password",
        )
        .bind(name)
        .bind(password)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// The password of a user (as a PHC string), if there is such a one.
    pub(crate) async fn password(&self, name: &str) -> Result<Option<String>, DatabaseError> {
        Ok(
            sqlx::query_scalar("SELECT password FROM users WHERE name = $1")
                .bind(name)
                .fetch_optional(&self.readers)
                .await?,
        )
    }

    /// The names of all users.
    pub(crate) async fn users(&self) -> Result<Vec<String>, DatabaseError> {
        Ok(sqlx::query_scalar("SELECT name FROM users ORDER BY name")
            .fetch_all(&self.readers)
            .await?)
    }
}
