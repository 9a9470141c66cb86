//! The connection to the database: a SQLite file, or a PostgreSQL server.
//!
//! Both are spoken to through sqlx's `Any`, in one SQL that both read: placeholders are `$1`, truth is
//! 0 or 1, and times are text.
//!
//! SQLite has one writer at a time. Here it is one connection that all writes queue for, so that a
//! burst of them waits its turn instead of failing with SQLITE_BUSY; reads have connections of their
//! own, which in WAL mode never wait for the writer. With PostgreSQL, where rows are locked one by one,
//! both are the same connections.

use std::{io, path::Path, sync::Once, time::Duration};

use sqlx::{
    Any, AnyPool, ConnectOptions, Connection, Executor, PgConnection, Transaction,
    any::{AnyConnectOptions, AnyPoolOptions},
    postgres::PgConnectOptions,
};
use tokio::time::timeout;
use url::Url;

use super::{error::DatabaseError, migrations};
use crate::options::{DATABASE, Options};

/// How many statements run at once.
const CONNECTIONS: u32 = 16;

/// How many reads run at once on a SQLite file.
const READERS: u32 = 4;

/// How a connection to a SQLite file begins. In WAL mode, `synchronous = NORMAL` keeps the file
/// consistent whatever happens; a power cut may take the last moments with it. The time-out is for another
/// process, such as `atlas-host admin`, that holds the file.
const SQLITE: &str =
    "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 10000";

/// How long a PostgreSQL server may take for the first connection to it.
const PATIENCE_OF_START: Duration = Duration::from_secs(10);

/// How long a connection is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// The database.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    pub(super) writer: AnyPool,
    pub(super) readers: AnyPool,
    begin: &'static str,
}

impl Database {
    /// Opens what a server is started on, or makes it, and brings its schema up to date.
    pub(crate) async fn open(options: &Options) -> Result<Self, DatabaseError> {
        match &options.database {
            None => Self::open_file(&options.data.join(DATABASE)).await,
            Some(url) => Self::connect(url).await,
        }
    }

    /// Opens a SQLite file, or makes it, and brings its schema up to date.
    async fn open_file(file: &Path) -> Result<Self, DatabaseError> {
        let writer = sqlite(file, "rwc", 1)?;
        // The file stays in it.
        writer.execute("PRAGMA journal_mode = WAL").await?;
        migrations::sqlite().run(&writer).await?;
        Ok(Self {
            readers: sqlite(file, "ro", READERS)?,
            writer,
            begin: "BEGIN IMMEDIATE",
        })
    }

    /// Opens a SQLite file that nobody else has open, and brings its schema up to date. All of it is in this
    /// one file.
    pub(crate) async fn open_alone(file: &Path) -> Result<Self, DatabaseError> {
        let database = Self::one_connection(file, "rw")?;
        migrations::sqlite().run(&database.writer).await?;
        Ok(database)
    }

    /// Opens a SQLite file to read it as it is, whichever release a server on it has.
    pub(crate) fn open_to_read(file: &Path) -> Result<Self, DatabaseError> {
        Self::one_connection(file, "ro")
    }

    fn one_connection(file: &Path, mode: &str) -> Result<Self, DatabaseError> {
        let pool = sqlite(file, mode, 1)?;
        Ok(Self {
            readers: pool.clone(),
            writer: pool,
            begin: "BEGIN IMMEDIATE",
        })
    }

    /// Connects to a PostgreSQL server (`postgres://USER:PASSWORD@HOST/DATABASE`), and brings the schema
    /// up to date: a server that starts at the same time waits.
    async fn connect(url: &str) -> Result<Self, DatabaseError> {
        let url = Url::parse(url).ok();
        let url = url.filter(|url| matches!(url.scheme(), "postgres" | "postgresql"));
        let url = url.ok_or(DatabaseError::Url)?;
        try_to_connect(&url).await?;
        let pool = AnyPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .connect_with(options(&url)?)
            .await?;
        migrations::postgres().run(&pool).await?;
        Ok(Self {
            writer: pool.clone(),
            readers: pool,
            begin: "BEGIN",
        })
    }

    /// A transaction that may write: on SQLite it has the writing lock from its start.
    pub(super) async fn write(&self) -> Result<Transaction<'static, Any>, DatabaseError> {
        Ok(self.writer.begin_with(self.begin).await?)
    }

    /// Waits for what is under way, then closes the connections.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Connects once, to tell at once what is wrong: the pool goes on trying, and then only tells that it took too long.
async fn try_to_connect(url: &Url) -> Result<(), DatabaseError> {
    let options = PgConnectOptions::from_url(url)?;
    let connect = async { PgConnection::connect_with(&options).await?.close().await };
    let tried = timeout(PATIENCE_OF_START, connect).await;
    let tried = tried.unwrap_or_else(|late| Err(io::Error::from(late).into()));
    tried.map_err(|source| DatabaseError::Unreachable {
        place: match options.get_socket() {
            Some(socket) => socket.display().to_string(),
            None => format!("{}:{}", options.get_host(), options.get_port()),
        },
        source,
    })
}

fn sqlite(file: &Path, mode: &str, connections: u32) -> Result<AnyPool, DatabaseError> {
    let wrong = || DatabaseError::Path(file.to_owned());
    let absolute = std::path::absolute(file).map_err(|_| wrong())?;
    let path = Url::from_file_path(absolute).map_err(|()| wrong())?;
    let url = Url::parse(&format!("sqlite://{}?mode={mode}", path.path())).map_err(|_| wrong())?;
    let pool = AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .after_connect(|connection, _| {
            Box::pin(async move { connection.execute(SQLITE).await.map(drop) })
        });
    Ok(pool.connect_lazy_with(options(&url)?))
}

fn options(url: &Url) -> Result<AnyConnectOptions, DatabaseError> {
    static DRIVERS: Once = Once::new();
    DRIVERS.call_once(sqlx::any::install_default_drivers);
    Ok(AnyConnectOptions::from_url(url)?.disable_statement_logging())
}
