//! An Atlas that runs on this machine.
//!
//! Atlas was HashiCorp's registry of build artifacts. This crate answers its API v1 the way a client
//! of that time expects it, so that publishing can be tried and tested end to end, offline.
//!
//! The state is one directory: `atlas.db` (SQLite, or elsewhere a PostgreSQL database) for what is known,
//! `blobs/` for what was uploaded. It survives a restart, and one server at a time may use it.
//!
//! ```no_run
//! # async fn example() -> Result<(), atlas_server::ServerError> {
//! let server = atlas_server::start(atlas_server::Options::new("atlas-data")).await?;
//! println!("ATLAS_ADDRESS={}", server.url());
//! if let Some(token) = server.token() {
//!     println!("ATLAS_TOKEN={token}");
//! }
//! # server.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! Where to look:
//! - [`Options`], [`Server`]: starting and stopping; [`Admin`], [`backup()`], [`restore`]: what is done beside that;
//! - `api`: one file an endpoint, and the table of routes;
//! - `slug`, `version`, `number`, `channel`, `amazon`, `time`, `token`: the words of the protocol, each parsed
//!   once;
//! - `boxes`: what Vagrant reads; `links`: the paths of what is told of;
//! - `access`, `logins`, `management`: who may do what, and what people do;
//! - `pages`, `session`: what people see in a browser, and who they are;
//! - `database`, `blobs`, `reception`: what is kept, and how uploaded bytes get there;
//! - `partial_file`, `turns`: files that come in pieces;
//! - `connections`, `connection`, `slow_body`: what keeps few clients from taking all there is;
//! - `tls`, `base_url`, `metrics`: what a server needs that others than its owner use.

mod access;
mod admin;
mod amazon;
mod api;
mod backup;
mod base_url;
mod blobs;
mod boxes;
mod channel;
mod connection;
mod connections;
mod database;
mod links;
mod logins;
mod management;
mod metrics;
mod number;
mod options;
mod pages;
mod partial_file;
mod reception;
mod server;
mod session;
mod slow_body;
mod slug;
mod time;
mod tls;
mod token;
mod turns;
mod version;

/// The axum this server is built with, for the layers given to [`start_with`].
pub use axum;

pub use access::Access;
pub use admin::{Admin, AdminError, MadeToken, Organisation, TokenOptions};
pub use backup::{BackupError, Copied, backup, restore};
pub use database::{AuditEntry, DatabaseError, TokenEntry};
pub use options::{Limits, Login, Options};
pub use server::{Server, ServerError, start, start_with};
pub use tls::{TlsError, TlsFiles};
