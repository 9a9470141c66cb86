//! The Atlas post-processor of Packer as one WebAssembly component.
//!
//! It validates configurations and decides every request of the Atlas API; the host performs the
//! network I/O. The contract is in `wit/`; what it exports is glued to the core in `exports`.
//!
//! The core is a plain library that knows no WASI and does no I/O of its own. From the outside in:
//!
//! - [`encoding`]: the bytes of a file → a text; [`inputs`]: files of variables
//! - [`template`]: a Packer JSON template → the `atlas` post-processors of one build
//! - [`configuration`]: one post-processor's configuration, parsed, interpolated and checked; `access`: its token and
//!   address, or those of a query
//! - [`artifact`]: what a build made: ids, files, Packer's manifest
//! - [`publication`]: the state machine of publishing: which request comes next; [`fetching`]: that of finding and
//!   downloading
//! - [`steps`]: what passes between these and the host; [`delivery`]: one request, its attempts and redirects
//! - [`packing`]: an artifact's files → one archive, block by block
//! - [`reporting`]: what people and programs are told, without secrets
//! - [`atlas`]: the API: one file for each endpoint
//! - [`interpolation`]: Packer's functions in templates
//! - `gotemplate`: Go's text/template; knows no Packer
//! - [`json`]: JSON texts whose values know where they stand
//! - [`diagnostic`]: what is said about an input, and `findings`: all of it, bounded; [`file_error`]: why one can't be
//!   read
//! - `decimal`: numbers as text, and back; `order`: things in order
//! - `sanitize`, `secrets`: texts from elsewhere, fit to be shown
//! - [`run`], [`post_processor`]: what the host says about the run
//! - [`platform`]: what the core needs of the machine; `platform::wasi` is the only place that touches WASI

mod access;
pub mod artifact;
pub mod atlas;
pub mod configuration;
mod decimal;
pub mod delivery;
pub mod diagnostic;
pub mod encoding;
pub mod fetching;
pub mod file_error;
mod findings;
mod gotemplate;
pub mod inputs;
pub mod interpolation;
pub mod json;
mod order;
pub mod packing;
pub mod platform;
pub mod post_processor;
pub mod publication;
pub mod reporting;
pub mod run;
mod sanitize;
mod secrets;
pub mod steps;
mod suggest;
pub mod template;
mod work;

#[cfg(target_family = "wasm")]
mod exports;
