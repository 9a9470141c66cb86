//! Where a publication is on its way.

use super::failure::Failure;
use super::payload::Payload;
use crate::atlas::upload::UploadUrl;
use crate::atlas::{ApiError, Body};

/// The step that is under way, or the end. Numbers are those of jobs.
#[derive(Debug)]
pub(super) enum State {
    /// Verify the token.
    Verify(usize),
    /// Find the artifact.
    Find(usize),
    /// Create it.
    Create(usize),
    /// Find it once more: Atlas said that the name is taken, in these words.
    FindTaken(usize, ApiError),
    /// Make the archive of these files, for the new version.
    Pack(usize, Vec<String>),
    /// See which version is the latest, on a server that does not know idempotency keys: what is
    /// newer later may be ours.
    FindLatest(usize, Payload),
    /// Make a new version, for this payload.
    NewVersion(usize, Payload),
    /// See whether it was made: the answer was lost.
    FindLost(usize, Payload, Lost),
    /// Find where the file of this version, made before, is uploaded to.
    FindUpload(usize, Payload, u64),
    /// Upload the version's file.
    Upload(usize, Upload),
    /// See whether the file arrived, although its upload failed in this way.
    CheckUpload(usize, Sent, Failure),
    /// See that what was published is there.
    Confirm(usize),
    /// Everything is published.
    Done,
    /// It could not be published.
    Failed(Failure),
}

/// How the answer about a version was lost.
#[derive(Debug)]
pub(super) struct Lost {
    /// What is said if nothing better can be found out.
    pub(super) failure: Failure,
    /// Whether to ask for the version again, if there is none: not after an answer that says
    /// success, and then can't be read.
    pub(super) may_repeat: bool,
}

/// A file on its way to a version.
#[derive(Debug)]
pub(super) struct Upload {
    pub(super) sent: Sent,
    pub(super) url: UploadUrl,
    pub(super) body: Body,
    /// Whether an attempt may have succeeded without an answer that says so.
    pub(super) in_doubt: bool,
}

/// What a version's file is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    pub(super) version: u64,
    pub(super) size: u64,
}

impl State {
    /// Whether it is about a request.
    pub(super) fn is_request(&self) -> bool {
        !matches!(self, Self::Pack(..) | Self::Done | Self::Failed(_))
    }

    /// The job that it is about.
    pub(super) fn job(&self) -> Option<usize> {
        match self {
            Self::Verify(index)
            | Self::Find(index)
            | Self::Create(index)
            | Self::FindTaken(index, _)
            | Self::Pack(index, _)
            | Self::FindLatest(index, _)
            | Self::NewVersion(index, _)
            | Self::FindLost(index, ..)
            | Self::FindUpload(index, ..)
            | Self::Upload(index, _)
            | Self::CheckUpload(index, ..)
            | Self::Confirm(index) => Some(*index),
            Self::Done | Self::Failed(_) => None,
        }
    }
}
