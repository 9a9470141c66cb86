//! The server over HTTP, as a client sees it: one file a subject.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise, and so may its helpers"
)]

mod artifacts;
mod authentication;
mod downloads;
mod page;
mod refusals;
mod restart;
mod search;
mod support;
mod uploads;
mod versions;
