//! Where a publication is on its way.

use super::payload::Payload;
use super::pieces::Pieces;
use crate::atlas::search::Listing;
use crate::atlas::upload_url::UploadUrl;
use crate::atlas::{ApiError, BodySource};
use crate::steps::Failure;

/// The step that is under way for the current job, or the end.
#[derive(Debug)]
pub(super) enum State {
    /// Verify the token.
    Verify,
    /// Find the artifact.
    Find,
    /// Create it.
    Create,
    /// Find it once more: Atlas said that the name is taken, in these words.
    FindTaken(ApiError),
    /// Make the archive of these files, for the new version.
    Pack(Plan),
    /// See which version is the latest, on a server that does not know idempotency keys: what is
    /// newer later may be ours.
    FindLatest(Payload),
    /// Make a new version, for this payload.
    NewVersion(Payload),
    /// See whether it was made: the answer was lost.
    FindLost(Payload, Lost),
    /// Find where the file of this version, made before, is uploaded to.
    FindUpload(Payload, u64),
    /// Upload the version's file.
    Upload(Upload),
    /// See whether the file arrived, although its upload failed in this way.
    CheckUpload(Sent, Failure),
    /// See that what was published is there.
    Confirm,
    /// Everything is published.
    Done,
    /// It could not be published.
    Failed(Failure),
}

/// Files that are packed into one archive.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) files: Vec<String>,
    pub(super) fingerprint: String,
}

/// The archive that the host has made: one body for all jobs that publish the same files.
#[derive(Debug)]
pub(super) struct Packed {
    pub(super) plan: Plan,
    pub(super) size: u64,
}

/// How the answer about a version was lost.
#[derive(Debug)]
pub(super) struct Lost {
    /// What is said if nothing better can be found out.
    pub(super) failure: Failure,
    /// Whether to ask for the version again, if there is none: not after an answer that says
    /// success, and then can't be read.
    pub(super) may_repeat: bool,
    /// What searches have found so far.
    pub(super) found: Listing,
    /// Numbers that are still to be asked for one by one, the last one first.
    pub(super) unlisted: Vec<u64>,
}

/// A file on its way to a version.
#[derive(Debug)]
pub(super) struct Upload {
    pub(super) sent: Sent,
    pub(super) url: UploadUrl,
    pub(super) source: BodySource,
    /// How far it has come, if the server takes it in pieces.
    pub(super) pieces: Option<Box<Pieces>>,
    /// Whether the URL has been used before, or may have been: it need not hold for ever.
    pub(super) may_expire: bool,
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
        !matches!(self, Self::Pack(_) | Self::Done | Self::Failed(_))
    }
}
