//! What passes between the component and its host: steps, and how they went.

mod failure;
mod receipt;
mod version;

use thiserror::Error;

pub use failure::{Failure, FailureCode};
pub use receipt::Receipt;
pub use version::{Download, Found, Version};

use crate::atlas::{Request, Response, TransportError};
use crate::file_error::FileError;

/// What the host does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Send this and respond.
    Send(Request),
    /// Make the archive of these files and respond.
    Pack(Vec<String>),
    /// Wait and respond; the request that failed comes next.
    Wait(Pause),
    /// It is done.
    Done(Achievement),
    /// It could not be done.
    Failed(Failure),
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Achievement {
    /// Everything is published.
    Published(Vec<Receipt>),
    /// The version that was looked for.
    Found(Found),
    /// The version's file is whole, and what it should be.
    Downloaded(Download),
}

/// A pause before a request is sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// How long.
    pub ms: u64,
    /// What went wrong.
    pub reason: String,
}

/// Why an archive can't be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PackError {
    /// What packing said.
    #[error("{0}")]
    Files(String),
    /// The host can't keep the archive.
    #[error("the spool directory can't take the archive: {0}")]
    Storage(FileError),
}

/// How a step went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A request was answered.
    Answered(Response),
    /// A request was not answered.
    NoAnswer(TransportError),
    /// The archive is made and has so many bytes.
    Packed(u64),
    /// The archive can't be made.
    NotPacked(PackError),
    /// The time of a pause is over.
    Waited,
    /// The step was not done, since the checkpoint before it can't be kept.
    NotKept(FileError),
}

/// What came of a request.
pub(crate) type Answer<'a> = Result<&'a Response, &'a TransportError>;
