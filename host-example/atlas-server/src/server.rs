//! Starting and stopping.

use std::{
    fs::{self, File, TryLockError},
    io,
    net::SocketAddr,
    path::Path,
    time::Duration,
};

use axum::{Router, serve::ListenerExt};
use thiserror::Error;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle, time::timeout};

use crate::{
    api::{self, Registry},
    blobs::{Blobs, BlobsError},
    database::{Database, DatabaseError},
    options::Options,
    token::{SecretDigest, new_token},
};

/// How long [`Server::shutdown`] waits for requests that are under way.
const GRACE: Duration = Duration::from_secs(10);

/// Why a server does not start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The directory of the state, or a file in it, cannot be used.
    #[error("cannot use the directory {directory}: {source}")]
    Data {
        /// The directory.
        directory: String,
        /// What the system says.
        source: io::Error,
    },
    /// Another server uses the directory: two would remove each other's unfinished uploads.
    #[error("another server uses the directory {directory}; stop it, or choose another directory")]
    InUse {
        /// The directory.
        directory: String,
    },
    /// The database cannot be opened.
    #[error("cannot open the database: {0}")]
    Database(#[from] DatabaseError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The token given cannot be sent in a header.
    #[error(
        "the token must be printable ASCII characters without spaces, and at least one of them"
    )]
    Token,
}

/// Starts a server. It listens when this returns.
pub async fn start(options: Options) -> Result<Server, ServerError> {
    start_with(options, |router| router).await
}

/// Starts a server with layers around it, for example to let a test lose an answer.
///
/// `wrap` gets the router of all endpoints, and what it returns is served.
pub async fn start_with(
    options: Options,
    wrap: impl FnOnce(Router) -> Router,
) -> Result<Server, ServerError> {
    let data = Data::open(&options.data)?;
    let database = Database::open(&options.data.join("atlas.db")).await?;
    data.blobs
        .keep_only(&database.blob_names().await?)
        .map_err(|source| in_directory(&options.data, source))?;
    let token = accept_token(&database, options.token).await?;

    let failed = |source| ServerError::Listen {
        address: options.address,
        source,
    };
    let listener = TcpListener::bind(options.address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    // Answers are small: without this each would wait for the acknowledgement of the one before.
    let listener = listener.tap_io(|connection| drop(connection.set_nodelay(true)));

    let router = wrap(api::router(Registry {
        database: database.clone(),
        blobs: data.blobs,
        login: options.login,
        address,
    }));
    let (stop, stopped) = oneshot::channel::<()>();
    let lock = data.lock;
    let task = tokio::spawn(async move {
        // A dropped sender stops the server as well. Serving itself never fails: errors of one
        // connection end that connection.
        let served =
            axum::serve(listener, router).with_graceful_shutdown(async { drop(stopped.await) });
        drop(served.await);
        database.close().await;
        drop(lock);
    });
    Ok(Server {
        address,
        token,
        stop,
        task,
    })
}

/// A running server. Dropping it stops it without waiting for that.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    token: Option<NewToken>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    /// Where it is, for `ATLAS_ADDRESS` and `atlas_url`: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The token, if it was made at this start. Only its digest is kept, so this is the only time
    /// to see it.
    pub fn token(&self) -> Option<&str> {
        self.token.as_ref().map(|token| token.0.as_str())
    }

    /// Stops: accepts no more connections, and waits up to ten seconds for requests under way.
    pub async fn shutdown(mut self) {
        // The server may have stopped by itself, and then nobody listens.
        let _ = self.stop.send(());
        if timeout(GRACE, &mut self.task).await.is_err() {
            self.task.abort();
        }
    }

    /// Serves for as long as this is awaited.
    pub async fn wait(mut self) {
        drop((&mut self.task).await);
    }
}

/// A token that is not shown by `Debug`.
struct NewToken(String);

impl std::fmt::Debug for NewToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(hidden)")
    }
}

/// The directory of the state, locked.
struct Data {
    blobs: Blobs,
    lock: File,
}

impl Data {
    fn open(directory: &Path) -> Result<Self, ServerError> {
        let failed = |source| in_directory(directory, source);
        fs::create_dir_all(directory).map_err(failed)?;
        let lock = File::create(directory.join("lock")).map_err(failed)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => ServerError::InUse {
                directory: directory.display().to_string(),
            },
            TryLockError::Error(source) => failed(source),
        })?;
        let blobs = Blobs::open(directory.join("blobs")).map_err(|error| match error {
            BlobsError::Directory(source) => failed(source),
            BlobsError::Store(source) => failed(io::Error::other(source)),
        })?;
        Ok(Self { blobs, lock })
    }
}

fn in_directory(directory: &Path, source: io::Error) -> ServerError {
    ServerError::Data {
        directory: directory.display().to_string(),
        source,
    }
}

/// Accepts the token given, or makes one if none has ever been accepted.
async fn accept_token(
    database: &Database,
    given: Option<String>,
) -> Result<Option<NewToken>, ServerError> {
    if let Some(token) = given {
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ServerError::Token);
        }
        database
            .add_token(&SecretDigest::of(token.as_bytes()), "Given at a start")
            .await?;
        return Ok(None);
    }
    if database.has_any_token().await? {
        return Ok(None);
    }
    let token = new_token();
    database
        .add_token(
            &SecretDigest::of(token.as_bytes()),
            "Made at the first start",
        )
        .await?;
    Ok(Some(NewToken(token)))
}
