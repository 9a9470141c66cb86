//! Makes a release of all that is here: `cargo xtask release`.
//!
//! - [`release`]: what it consists of, each part made in its module, from a [`workspace`]
//! - [`compose`]: the command and the component in one file
//! - [`sums`], [`signature`]: what its users check
//! - [`publish`]: into an OCI registry
//!
//! The same commit makes the same files, but for signatures.

pub mod archive;
pub mod compose;
mod crates;
pub mod error;
pub mod native;
mod npm;
mod process;
pub mod publish;
pub mod python;
pub mod release;
mod sbom;
pub mod signature;
pub mod sums;
pub mod wit;
pub mod workspace;
