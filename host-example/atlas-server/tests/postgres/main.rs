//! All tests of the API once more, with PostgreSQL, and some that only make sense there.
//!
//! Where PostgreSQL is not installed they are left out, but not in CI.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise, and so may its helpers"
)]

#[path = "../api/main.rs"]
mod api;
mod together;
mod unreachable;

use api::{cluster, process, s3, support};
