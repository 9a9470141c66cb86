//! What a server is started with.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

/// How to start a server; [`Options::new`] has the defaults.
#[derive(Clone)]
pub struct Options {
    /// The directory that holds the state; it is made if it is missing.
    pub data: PathBuf,
    /// Where to listen. By default a free port of `127.0.0.1`: nobody else can connect.
    pub address: SocketAddr,
    /// A token to accept, now and after every later start. Without it, the first start makes one.
    pub token: Option<String>,
    /// The account that may ask for further tokens by `POST /api/v1/authenticate`. Not stored.
    pub login: Option<Login>,
}

impl Options {
    /// The state in `data`, a free port of `127.0.0.1`, a token made at the first start, no account.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            token: None,
            login: None,
        }
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
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("data", &self.data)
            .field("address", &self.address)
            .field("token", &self.token.as_ref().map(|_| "(hidden)"))
            .field("login", &self.login)
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
