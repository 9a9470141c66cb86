//! The provider as Terraform uses it: this client does what go-plugin's does, certificate and all.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod answers;
mod conversation;
mod key;
mod starting;
mod terraform;

/// An Atlas, from the tests of the whole workspace.
#[allow(dead_code, missing_docs, reason = "written for other tests as well")]
#[path = "../../../../tests/support/atlas.rs"]
mod atlas;

#[path = "../support/fixture.rs"]
mod fixture;
