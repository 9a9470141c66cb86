//! Publishes what Packer builds in Atlas, from any Rust program.
//!
//! The rules of publishing are in a WebAssembly component; this crate embeds it, keeps it in a
//! sandbox, and moves the bytes between it and the network:
//!
//! ```no_run
//! # async fn publish(template: &str, record: &str) -> Result<(), Box<dyn std::error::Error>> {
//! use atlas_host::{Packing, PostProcessor, ReqwestClient, Run, Sandbox, Silent, drive};
//!
//! let atlas = PostProcessor::embedded()?;
//! let mut instance = atlas.instance(&Sandbox::new().env("ATLAS_TOKEN", "…")).await?;
//! let selected = instance.select(template, &Run::default(), None).await??;
//! let artifact = instance.artifact_from_record(record).await??;
//! let mut publication = instance
//!     .begin(&selected.post_processors, &selected.build, &artifact, None)
//!     .await??;
//! let http = ReqwestClient::new();
//! for receipt in drive(&mut publication, &http, &Packing::default(), &Silent).await? {
//!     println!("{} v{}: {}", receipt.tag, receipt.version, receipt.url);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The outer `Result` of a call says whether the component did its part, the inner one, where there
//! is one, holds what the component found wrong ([`Diagnostics`]).
//!
//! - [`PostProcessor`]: the compiled component. Make one and clone it.
//! - [`Sandbox`]: what an instance may see and use. It never reaches a network. For an artifact made
//!   of files: [`Artifact::resolve_files`], then [`Sandbox::artifact_directories`].
//! - [`Instance`]: the component's functions. Instances cost microseconds: make one for each piece of work.
//! - [`Publication`] and [`drive`]: the one loop of publishing.
//! - [`Packing`]: how archives are made.
//! - [`CheckpointFile`]: keeps how far a publication has come, for [`Instance::resume`] after a crash.
//! - [`HttpClient`]: what sends a request; [`ReqwestClient`] is one. Write your own for another.

/// The README's example, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

mod archive;
mod artifact_files;
mod checkpoint;
mod client;
mod contract;
mod engine;
mod engine_config;
mod error;
mod http;
mod instance;
mod packing;
mod publication;
mod sandbox;
mod spool;

pub use checkpoint::CheckpointFile;
pub use client::ReqwestClient;
pub use contract::{
    Artifact, Body, Build, Diagnostic, Failure, Header, Options, Origin, Outcome, Patience, Pause,
    Position, PostProcessorConfig, Receipt, Request, Response, Run, Selection, Severity, Step,
    TransportError,
};
pub use engine::{COMPONENT, PostProcessor};
pub use error::{Diagnostics, Error};
pub use http::{HttpClient, Observer, Silent};
pub use instance::{Checked, Instance};
pub use packing::{PackError, Packed, Packing};
pub use publication::{DriveError, Publication, drive};
pub use sandbox::Sandbox;
