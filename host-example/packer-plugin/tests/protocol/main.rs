//! The plugin as Packer 1.7 and later use it, up to 1.16: this client does what their source does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod command_line;
mod config_spec;
mod echo;
mod packer;
mod post_processor;

/// An Atlas, from the tests of the whole workspace.
#[allow(dead_code, missing_docs, reason = "written for other tests as well")]
#[path = "../../../../tests/support/atlas.rs"]
mod atlas;
