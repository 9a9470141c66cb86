//! An Atlas that runs on this machine.
//!
//! Atlas was HashiCorp's registry of build artifacts. This crate answers its API v1 the way a client
//! of that time expects it, so that publishing can be tried and tested end to end, offline.
//!
//! The state is one directory: `atlas.db` (SQLite) for what is known, `blobs/` for what was uploaded.
//! It survives a restart, and one server at a time may use it.
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
//! - [`Options`], [`Server`]: starting and stopping;
//! - `api`: one file an endpoint, and the table of routes;
//! - `slug`, `version`, `amazon`, `token`: the words of the protocol, each parsed once;
//! - `database`, `blobs`, `reception`: what is kept, and how uploaded bytes get there.

mod amazon;
mod api;
mod blobs;
mod database;
mod options;
mod reception;
mod server;
mod slug;
mod token;
mod version;

/// The axum this server is built with, for the layers given to [`start_with`].
pub use axum;

pub use database::DatabaseError;
pub use options::{Login, Options};
pub use server::{Server, ServerError, start, start_with};
