//! What goes wrong with the database.

use std::path::PathBuf;

use sqlx::migrate::MigrateError;
use thiserror::Error;

/// Why the database cannot be opened or used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// The database, or the connection to it, failed.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
    /// It was written by a later release, whose tables this one does not know.
    #[error(
        "its schema has number {0}, which this release does not know: use the release that wrote it"
    )]
    Newer(i64),
    /// Its schema cannot be brought up to date.
    #[error("its schema cannot be brought up to date: {0}")]
    Migration(MigrateError),
    /// The address of a PostgreSQL database cannot be understood. It is not shown, since it has a password.
    #[error("its address must have the form postgres://USER:PASSWORD@HOST/DATABASE")]
    Url,
    /// No PostgreSQL server can be reached, or it does not let us in.
    #[error("PostgreSQL at {place}: {source}")]
    Unreachable {
        /// Its host and port, or its socket.
        place: String,
        /// What is wrong.
        source: sqlx::Error,
    },
    /// The path of a SQLite file cannot be given to SQLite.
    #[error("SQLite cannot open a file at {}", .0.display())]
    Path(PathBuf),
    /// A row does not hold what this release writes.
    #[error("it holds a {0} that cannot be read")]
    Damaged(&'static str),
}

impl DatabaseError {
    /// Whether PostgreSQL has been given text that it cannot hold: of all that is UTF-8, a zero byte.
    pub(crate) fn is_about_text(&self) -> bool {
        let Self::Sql(sqlx::Error::Database(error)) = self else {
            return false;
        };
        // `character_not_in_repertoire` in the appendix "Error Codes" of its documentation.
        error.code().is_some_and(|code| code == "22021")
    }

    /// Whether what is written refers to a row that another request has just deleted.
    pub(crate) fn is_about_what_is_gone(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(error)) if error.is_foreign_key_violation())
    }
}

impl From<MigrateError> for DatabaseError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(number) => Self::Newer(number),
            error => Self::Migration(error),
        }
    }
}
