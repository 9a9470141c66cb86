//! Publishes what Packer builds in Atlas, and finds and downloads it, from any Rust program.
//!
//! The rules of all that are in a WebAssembly component; this crate embeds it, keeps it in a
//! sandbox, and moves the bytes between it and the network:
//!
//! ```no_run
//! # async fn publish(template: &[u8], record: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
//! use atlas_host::{
//!     Component, Packer, Reporter, ReqwestClient, Run, Sandbox, Silent, Storage, Style, Transfer,
//!     drive,
//! };
//!
//! let atlas = Component::embedded()?;
//! let sandbox = Sandbox::new().env("ATLAS_TOKEN", "…");
//! let mut instance = atlas.instance(&sandbox).await?;
//! let selected = instance.select(template, &Run::default(), None).await??;
//! let (artifact, _) = instance.artifact_from_record(record).await??;
//! let (all, build) = (&selected.post_processors, &selected.build);
//! let mut publication = Transfer::publish(instance, all, build, &artifact, None).await??;
//!
//! let reporting = atlas.instance(&sandbox).await?;
//! let mut reporter = Reporter::new(reporting, Style::default(), &build.run.variables).await?;
//! let mut storage = Storage::from(Packer::new(&atlas, &sandbox));
//! let (http, show) = (ReqwestClient::new(), Silent);
//! let done = drive(&mut publication, &http, &mut storage, &mut reporter, &show).await?;
//! for receipt in done.into_receipts() {
//!     println!("{}: {}", receipt.slug, receipt.url);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The outer `Result` of a call says whether the component did its part, the inner one, where there
//! is one, holds what the component found wrong ([`Diagnostics`]).
//!
//! - [`Component`]: the compiled component. Make one and clone it.
//! - [`Sandbox`]: what an instance may see and use. It never reaches a network. For an artifact made
//!   of files: [`Artifact::resolve_files`], then [`Sandbox::artifact_directories`].
//! - [`Instance`]: the component's functions. Instances cost microseconds: make one for each piece of work.
//! - [`Transfer`] and [`drive`]: the one loop, to Atlas and from it.
//! - [`Reporter`] and [`Observer`]: what people and programs are told, without secrets.
//! - [`Storage`]: what there is on the disk meanwhile. [`Packer`]: how archives are made. [`DownloadFile`]: the
//!   file of a download. [`CheckpointFile`]: keeps how far it has come, to go on after a crash.
//! - [`HttpClient`]: what sends a request; [`ReqwestClient`] is one. Write your own for another.

/// The README's example, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

/// Where the component runs: within this program, or beside it in what they are composed to.
#[cfg_attr(target_family = "wasm", path = "composed/mod.rs")]
#[cfg_attr(not(target_family = "wasm"), path = "embedded/mod.rs")]
mod runtime;

mod apart;
mod archive;
mod artifact_files;
mod beginning;
mod beside;
mod checkpoint;
mod client;
mod contract;
mod download_file;
mod drive;
mod error;
mod instance;
mod observer;
mod packing;
#[cfg_attr(target_family = "wasm", path = "composed/path_lock.rs")]
mod path_lock;
mod read_so_far;
mod reporter;
mod spool;
mod storage;
#[cfg_attr(target_family = "wasm", path = "composed/syncing.rs")]
mod syncing;
mod transfer;

pub use checkpoint::CheckpointFile;
pub use client::HttpClient;
#[cfg(not(target_family = "wasm"))]
pub use client::ReqwestClient;
#[cfg(target_family = "wasm")]
pub use client::WasiClient;
pub use contract::{
    Achievement, Artifact, Body, BodySource, Build, ByteRange, Diagnostic, Download, Ending,
    Failure, FetchOptions, Field, FileError, Found, Header, Method, Options, Origin, Outcome,
    PackError, Pause, Position, PostProcessor, Query, Receipt, Report, Request, Response,
    RetryPolicy, Run, Saved, Selection, Severity, Source, Step, Style, TransportError, Version,
};
pub use download_file::DownloadFile;
pub use drive::{DriveError, drive};
pub use error::{Diagnostics, Error};
pub use instance::{Checked, Instance};
pub use observer::{Observer, Silent};
pub use packing::Packer;
pub use reporter::Reporter;
#[cfg(not(target_family = "wasm"))]
pub use runtime::COMPONENT;
pub use runtime::{Component, Sandbox};
pub use spool::Packed;
pub use storage::Storage;
pub use transfer::Transfer;
