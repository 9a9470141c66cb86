//! A copy of a SQLite database, made while others write to it.

use std::path::Path;

use super::{connection::Database, error::DatabaseError};

impl Database {
    /// Writes what there is at this moment into a new file.
    pub(crate) async fn snapshot(&self, file: &Path) -> Result<(), DatabaseError> {
        let path = file.to_str();
        let path = path.ok_or_else(|| DatabaseError::Path(file.to_owned()))?;
        sqlx::query("VACUUM INTO $1")
            .bind(path)
            .execute(&self.readers)
            .await?;
        Ok(())
    }

    /// Runs SQL for a test.
    #[cfg(test)]
    pub(crate) async fn execute(&self, sql: &'static str) {
        use sqlx::Executor;
        self.writer.execute(sql).await.unwrap();
    }

    /// Forgets the resumable uploads that are under way: a copy of the files does not hold what they are going to be.
    pub(crate) async fn forget_partial_uploads(&self) -> Result<(), DatabaseError> {
        sqlx::query("DELETE FROM partial_uploads")
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Deletes the version that a blob is the file of.
    pub(crate) async fn delete_version_of(&self, blob: &str) -> Result<(), DatabaseError> {
        let mut transaction = self.write().await?;
        let id: Option<i64> = sqlx::query_scalar("SELECT version_id FROM uploads WHERE blob = $1")
            .bind(blob)
            .fetch_optional(&mut *transaction)
            .await?;
        if let Some(id) = id {
            super::lifetime::delete(&mut transaction, id).await?;
        }
        Ok(transaction.commit().await?)
    }
}
