//! A release of this checkout: made twice, looked into, and used as others would.
//!
//! What an outside program is needed for is left out where that is not installed, with a word about it;
//! where `CI` is set in the environment that is a failure.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise, and so may its helpers"
)]

mod atlas;
mod contents;
mod made;
mod packages;
mod programs;
mod registry;
mod twice;
