//! The database: what the registry knows, in one SQLite file.
//!
//! SQLite has one writer at a time. Here it is one connection that all writes queue for, so that a
//! burst of them waits its turn instead of failing with SQLITE_BUSY; reads have connections of their
//! own, which in WAL mode never wait for the writer.

mod artifacts;
mod tokens;
mod uploads;
mod versions;

use std::{path::Path, time::Duration};

use sqlx::{
    ConnectOptions, Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use thiserror::Error;

pub(crate) use uploads::{Attached, Blob, Upload};
pub(crate) use versions::{Created, VersionFilter};

/// The schema's steps; each ends by setting `user_version` to its number, counted from 1.
const MIGRATIONS: &[&str] = &[include_str!("database/1.sql")];

/// How many reads run at once.
const READERS: u32 = 4;

/// How long a statement waits for another process, such as a backup, that holds the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Why the database cannot be opened or used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// SQLite, or the connection to it, failed.
    #[error(transparent)]
    Sqlite(#[from] sqlx::Error),
    /// The file was written by a later release, whose tables this one does not know.
    #[error(
        "its schema has number {found}, and this release knows {known}: use the release that wrote it"
    )]
    Newer {
        /// The file's schema.
        found: i64,
        /// The latest schema this release knows.
        known: usize,
    },
    /// A row does not hold what this release writes.
    #[error("it holds a {0} that cannot be read")]
    Damaged(&'static str),
}

/// The database.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl Database {
    /// Opens the file, or makes it, and brings its schema up to date.
    pub(crate) async fn open(file: &Path) -> Result<Self, DatabaseError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // In WAL mode this keeps the file consistent whatever happens; a power cut may take
            // the last moments with it.
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .disable_statement_logging();
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await?;
        migrate(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_lazy_with(options.create_if_missing(false).read_only(true));
        Ok(Self { writer, readers })
    }

    /// A transaction that may write: it has the writing lock from its start.
    async fn write(&self) -> Result<Transaction<'static, Sqlite>, DatabaseError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Waits for what is under way, then closes the file.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

async fn migrate(writer: &SqlitePool) -> Result<(), DatabaseError> {
    let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
    let found: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&mut *transaction)
        .await?;
    let newer = || DatabaseError::Newer {
        found,
        known: MIGRATIONS.len(),
    };
    let done = usize::try_from(found).map_err(|_| newer())?;
    for migration in MIGRATIONS.get(done..).ok_or_else(newer)? {
        sqlx::raw_sql(*migration).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}
