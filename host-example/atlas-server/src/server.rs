//! Starting and stopping.

use std::{
    fs::{self, File, TryLockError},
    io,
    net::SocketAddr,
    path::Path,
    sync::Arc,
    time::Duration,
};

use axum::Router;
use futures_util::future::join;
use thiserror::Error;
use tokio::{
    net::TcpListener,
    sync::{oneshot, watch},
    task::JoinHandle,
    time::timeout,
};

use crate::{
    access::Access,
    api::{self, Registry},
    base_url::{BaseUrl, scheme},
    blobs::{Blobs, Directory, DirectoryError, S3},
    connection::Connection,
    connections,
    database::{self, Database, DatabaseError},
    logins::Logins,
    metrics::Metrics,
    options::{BLOBS, Options},
    pages,
    tls::{self, TlsError},
    token::{SecretDigest, new_token},
    turns::Turns,
};

/// How long the database may take to close.
const CLOSING: Duration = Duration::from_secs(5);

/// How long the clean-up rests at least.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);

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
    /// The S3 store cannot be used.
    #[error("cannot use the store of blobs: {0}")]
    Blobs(String),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// A file of TLS cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The public URL cannot stand before a path.
    #[error("the URL {0} must be a scheme and a host, as https://atlas.example.com")]
    PublicUrl(String),
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
    let tls = options.tls.as_ref().map(tls::acceptor).transpose()?;
    let is_tls = tls.is_some();
    let public = options.public_url.as_ref();
    let public = public
        .map(|url| BaseUrl::public(url).ok_or_else(|| ServerError::PublicUrl(url.clone())))
        .transpose()?;
    let data = Data::open(&options)?;
    let database = Database::open(&options).await?;
    database
        .forget_unused_uploads(options.upload_lifetime)
        .await?;
    if let Blobs::Directory(directory) = &data.blobs {
        directory
            .keep_only(&database.blob_names().await?)
            .map_err(|source| in_directory(&options.data, source))?;
    }
    let token = accept_token(&database, options.token).await?;

    let failed = |source| ServerError::Listen {
        address: options.address,
        source,
    };
    let listener = TcpListener::bind(options.address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;

    let registry = Arc::new(Registry {
        database: database.clone(),
        blobs: data.blobs,
        login: options.login,
        logins: Logins::default(),
        turns: Turns::default(),
        upload_lifetime: options.upload_lifetime,
        base: public.unwrap_or(BaseUrl::Host { is_tls, address }),
        metrics: Metrics::default(),
        tells_metrics: options.metrics,
    });
    let router = pages::with_pages(api::router(Arc::clone(&registry)), &registry);
    let router = wrap(api::counted(router, &registry));
    let (stop, stopped) = watch::channel(());
    let connection = Connection {
        router,
        limits: options.limits,
        tls,
        stopped,
    };
    let grace = options.shutdown_grace;
    let lock = data.lock;
    let task = tokio::spawn(async move {
        let (ended, end) = oneshot::channel();
        let serve = async {
            // A dropped sender stops the server as well.
            let open = registry.metrics.connections.clone();
            connections::serve(listener, connection, grace, open).await;
            drop(ended);
        };
        join(serve, clean_up(&registry, end)).await;
        database.close().await;
        drop(lock);
    });
    Ok(Server {
        url: format!("{}://{address}", scheme(is_tls)),
        grace,
        token,
        stop,
        task,
    })
}

/// Drops what nobody wants any more, again and again until the end.
async fn clean_up(registry: &Registry, mut end: oneshot::Receiver<()>) {
    let pause = (registry.upload_lifetime / 24).max(SHORTEST_PAUSE);
    // It ends between two rounds: the database is closed in order.
    while timeout(pause, &mut end).await.is_err() {
        if let Err(error) = registry.drop_unused_uploads().await {
            eprintln!("atlas-server: unused uploads are not dropped: {error}");
        }
        if let Err(error) = registry.take_all_arrivals().await {
            eprintln!("atlas-server: uploads in S3 are not looked for: {error}");
        }
        if let Err(error) = registry.drop_old_versions().await {
            eprintln!("atlas-server: old versions are not dropped: {error}");
        }
    }
}

/// A running server. Dropping it stops it without waiting for that.
#[derive(Debug)]
pub struct Server {
    url: String,
    grace: Duration,
    token: Option<NewToken>,
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    /// Where it listens, for `ATLAS_ADDRESS` and `atlas_url`: `http://127.0.0.1:PORT`, or `https`.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// The token, if it was made at this start. Only its digest is kept, so this is the only time
    /// to see it.
    pub fn token(&self) -> Option<&str> {
        self.token.as_ref().map(|token| token.0.as_str())
    }

    /// Stops: accepts no more connections, closes those without a request, and waits for the others
    /// as long as [`Options::shutdown_grace`] says.
    pub async fn shutdown(mut self) {
        // The server may have stopped by itself, and then nobody listens.
        let _ = self.stop.send(());
        let all = self.grace.saturating_add(CLOSING);
        if timeout(all, &mut self.task).await.is_err() {
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

/// What is not in the database, and the lock of the directory of the state, unless nothing is in it.
struct Data {
    blobs: Blobs,
    lock: Option<File>,
}

impl Data {
    fn open(options: &Options) -> Result<Self, ServerError> {
        let is_used = options.database.is_none() || options.blobs.is_none();
        let lock = is_used.then(|| Self::lock(&options.data)).transpose()?;
        let blobs = match &options.blobs {
            Some(url) => {
                let store = S3::open(url).map_err(|error| ServerError::Blobs(error.to_string()));
                Blobs::S3(store?)
            }
            None => Blobs::Directory(Self::blobs(&options.data)?),
        };
        Ok(Self { blobs, lock })
    }

    fn lock(directory: &Path) -> Result<File, ServerError> {
        let failed = |source| in_directory(directory, source);
        fs::create_dir_all(directory).map_err(failed)?;
        let lock = File::create(directory.join("lock")).map_err(failed)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => ServerError::InUse {
                directory: directory.display().to_string(),
            },
            TryLockError::Error(source) => failed(source),
        })?;
        Ok(lock)
    }

    fn blobs(directory: &Path) -> Result<Directory, ServerError> {
        Directory::open(directory.join(BLOBS)).map_err(|error| {
            let source = match error {
                DirectoryError::Io(source) => source,
                DirectoryError::Store(source) => io::Error::other(source),
            };
            in_directory(directory, source)
        })
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
            .add_token(
                &SecretDigest::of(token.as_bytes()),
                &of_the_administrator("Given at a start"),
            )
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
            &of_the_administrator("Made at the first start"),
        )
        .await?;
    Ok(Some(NewToken(token)))
}

/// A token that may do everything, and does not end.
fn of_the_administrator(description: &str) -> database::NewToken<'_> {
    database::NewToken {
        description,
        organisation: None,
        access: Access::Own,
        user: None,
        expires_at: None,
    }
}
