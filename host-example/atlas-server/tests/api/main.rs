//! The server over HTTP, as a client sees it: one file a subject. `tests/postgres` includes all of it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise, and so may its helpers"
)]

mod admin;
mod artifacts;
mod attestations;
mod audit;
mod authentication;
mod backup;
mod boxes;
mod channels;
pub(crate) mod cluster;
mod connections;
mod cuts;
mod deleted_meanwhile;
mod described;
mod downloads;
mod forms;
mod head;
mod listing;
mod metrics;
mod paging;
mod permissions;
pub(crate) mod process;
mod refusals;
mod restart;
mod resumable;
mod retention;
mod revocation;
pub(crate) mod s3;
mod search;
mod stopping;
pub(crate) mod support;
mod tls;
mod tokens;
mod uploads;
mod versions;
