//! What the tests of the whole share. Each of them is a crate of its own, and uses what it needs.

#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

pub mod atlas;
pub mod describe;
pub mod faults;
pub mod host;
pub mod http;
pub mod scripted_atlas;
