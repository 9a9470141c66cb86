//! What a server is started with.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use crate::tls::TlsFiles;
/// The SQLite file in the directory of the state.
pub(crate) const DATABASE: &str = "atlas.db";

/// The directory of uploaded files in it.
pub(crate) const BLOBS: &str = "blobs";

/// Whether a directory has a registry.
pub(crate) fn is_registry(directory: &Path) -> bool {
    directory.join(DATABASE).is_file()
}

/// How to start a server; [`Options::new`] has the defaults.
#[derive(Clone)]
pub struct Options {
    /// The directory that holds the state; it is made if it is missing.
    pub data: PathBuf,
    /// The PostgreSQL database that is used in place of a SQLite file in `data`, as
    /// `postgres://USER:PASSWORD@HOST/DATABASE`.
    pub database: Option<String>,
    /// The S3 store that uploaded files go to in place of a directory in `data`, as `s3://BUCKET/PREFIX`;
    /// access to it is in the environment (`AWS_ACCESS_KEY_ID` and so on). How large a file is to be is not known
    /// before it comes: what is larger than a store takes in one PUT (Amazon's: 5 GiB) is refused by the store
    /// itself, and its version stays without a file. With a `database` beside it,
    /// `data` is not used, and any number of servers may run.
    pub blobs: Option<String>,
    /// Where to listen. By default a free port of `127.0.0.1`: nobody else can connect.
    pub address: SocketAddr,
    /// A token to accept, now and after every later start. Without it, the first start makes one.
    pub token: Option<String>,
    /// The account that may ask for further tokens by `POST /api/v1/authenticate`. Not stored.
    pub login: Option<Login>,
    /// How long a resumable upload is kept that nobody goes on with. By default a day.
    pub upload_lifetime: Duration,
    /// How much clients may take.
    pub limits: Limits,
    /// The files to speak TLS with. Without them the server speaks plain HTTP.
    pub tls: Option<TlsFiles>,
    /// Where clients reach the server if not where it listens: the URL of the proxy before it.
    /// Without it the URLs that it makes are on the host that a request names.
    pub public_url: Option<String>,
    /// How long requests under way may take after the stop. By default 10 s.
    pub shutdown_grace: Duration,
    /// Whether everybody can get `/metrics`. By default nobody can.
    pub metrics: bool,
}

/// How much clients may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long the head of a request may take, and a connection may wait for one. By default 30 s.
    pub head_timeout: Duration,
    /// How long the body of a request may stand still, and so an answer that is not read. By
    /// default 60 s.
    pub body_timeout: Duration,
    /// How many connections there are at once. By default 1000, and never more than half of the
    /// file descriptors that the system gives.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(60),
            connections: 1000,
        }
    }
}

impl Options {
    /// The state in `data`, a free port of `127.0.0.1`, a token made at the first start, no account.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            database: None,
            blobs: None,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            token: None,
            login: None,
            upload_lifetime: Duration::from_secs(24 * 60 * 60),
            limits: Limits::default(),
            tls: None,
            public_url: None,
            shutdown_grace: Duration::from_secs(10),
            metrics: false,
        }
    }

    /// The same, with a PostgreSQL database (`postgres://…`).
    #[must_use]
    pub fn database(mut self, url: impl Into<String>) -> Self {
        self.database = Some(url.into());
        self
    }

    /// The same, with an S3 store (`s3://BUCKET/PREFIX`).
    #[must_use]
    pub fn blobs(mut self, url: impl Into<String>) -> Self {
        self.blobs = Some(url.into());
        self
    }

    /// The same, listening on `address`.
    #[must_use]
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// The same, accepting `token`.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// The same, with an account.
    #[must_use]
    pub fn login(mut self, login: impl Into<String>, password: impl Into<String>) -> Self {
        self.login = Some(Login {
            login: login.into(),
            password: password.into(),
        });
        self
    }

    /// The same, keeping unused resumable uploads for so long.
    #[must_use]
    pub fn upload_lifetime(mut self, lifetime: Duration) -> Self {
        self.upload_lifetime = lifetime;
        self
    }

    /// The same, with other limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The same, speaking TLS with this certificate and its key, both files of PEM.
    #[must_use]
    pub fn tls(mut self, cert: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.tls = Some(TlsFiles {
            cert: cert.into(),
            key: key.into(),
        });
        self
    }

    /// The same, reached by clients at `url`: a scheme and a host.
    #[must_use]
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into());
        self
    }

    /// The same, with so long for requests under way after the stop.
    #[must_use]
    pub fn shutdown_grace(mut self, grace: Duration) -> Self {
        self.shutdown_grace = grace;
        self
    }

    /// The same, with `/metrics` for everybody or for nobody.
    #[must_use]
    pub fn metrics(mut self, metrics: bool) -> Self {
        self.metrics = metrics;
        self
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("data", &self.data)
            .field("database", &self.database.as_ref().map(|_| "(hidden)"))
            .field("blobs", &self.blobs)
            .field("address", &self.address)
            .field("token", &self.token.as_ref().map(|_| "(hidden)"))
            .field("login", &self.login)
            .field("upload_lifetime", &self.upload_lifetime)
            .field("limits", &self.limits)
            .field("tls", &self.tls)
            .field("public_url", &self.public_url)
            .field("shutdown_grace", &self.shutdown_grace)
            .field("metrics", &self.metrics)
            .finish()
    }
}

/// A user's name and password.
#[derive(Clone)]
pub struct Login {
    /// What the client sends as `user[login]`.
    pub login: String,
    /// What the client sends as `user[password]`.
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("login", &self.login)
            .field("password", &"(hidden)")
            .finish()
    }
}
