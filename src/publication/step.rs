//! What passes between the publication and its host: steps, and how they went.

use super::failure::Failure;
use crate::atlas::{Request, Response, TransportError};

/// What Atlas holds after one post-processor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// `user/name`.
    pub tag: String,
    /// What kind of artifact it is.
    pub artifact_type: String,
    /// The version's number.
    pub version: u64,
    /// The published artifact's id.
    pub id: String,
    /// The artifact's page.
    pub url: String,
    /// Bytes of the file that was uploaded, if there was one.
    pub size: Option<u64>,
    /// SHA-256 of that file in hexadecimal, where the host told it.
    pub sha256: Option<String>,
    /// Whether Atlas lists it.
    pub confirmed: bool,
}

/// What the host does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Send this and respond.
    Send(Request),
    /// Make the archive of these files and respond.
    Pack(Vec<String>),
    /// Wait and respond; the request that failed comes next.
    Wait(Pause),
    /// Everything is published.
    Done(Vec<Receipt>),
    /// It could not be published.
    Failed(Failure),
}

/// A pause before a request is sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// How long.
    pub ms: u64,
    /// What went wrong.
    pub reason: String,
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
    /// The archive can't be made, for this reason.
    NotPacked(String),
    /// The time of a pause is over.
    Waited,
}

impl Receipt {
    /// `user/name/type/version`: the version's name in Atlas.
    pub fn slug(&self) -> String {
        format!("{}/{}/{}", self.tag, self.artifact_type, self.version)
    }
}
