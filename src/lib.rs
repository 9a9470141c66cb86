//! The Atlas post-processor of Packer as one WebAssembly component.
//!
//! It validates configurations and decides every request of the Atlas API; the host performs the
//! network I/O. The contract is in `wit/`; what it exports is glued to the core in `exports`.
//!
//! The core is a plain library that knows no WASI and does no I/O of its own. From the outside in:
//!
//! - [`template`]: a Packer JSON template → the `atlas` post-processors of one build
//! - [`configuration`]: one post-processor's configuration, parsed, interpolated and checked
//! - [`artifact`]: what a build made: ids, files, Packer's manifest
//! - [`publication`]: the state machine: which request comes next
//! - [`packing`]: an artifact's files → one archive, block by block
//! - [`atlas`]: the API: one file for each endpoint
//! - [`interpolation`]: Go's text/template with Packer's functions
//! - [`json`]: JSON texts whose values know where they stand
//! - [`diagnostic`]: what is said about an input
//! - [`build`], [`post_processor`]: what the host says about the run
//! - [`surroundings`]: what the core needs of the machine; `capability` is its WASI

pub mod artifact;
pub mod atlas;
pub mod build;
pub mod configuration;
pub mod diagnostic;
pub mod interpolation;
pub mod json;
mod nearest;
pub mod packing;
pub mod post_processor;
pub mod publication;
pub mod surroundings;
pub mod template;

#[cfg(target_family = "wasm")]
mod capability;
#[cfg(target_family = "wasm")]
mod exports;
