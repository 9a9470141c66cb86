//! The version that may have been made although the answer was lost, on a server that does not know
//! idempotency keys.
//!
//! A search finds it again: newer than what was there before, with the very id and metadata that
//! were sent. It is taken for ours only if it has no file, so that it is exactly what was to be
//! published, and only if there is one such version. A version that waits for a file is left alone,
//! for it may be waiting for somebody else's.

use super::failure::{Failure, FailureCode};
use super::payload::Payload;
use super::state::{Lost, State};
use super::{Answer, Publication};
use crate::atlas::create_version::{self, NewVersion, Version};
use crate::atlas::search::{Listed, Listing};

impl Publication {
    /// Why there is no version, after this answer.
    pub(super) fn no_version(&self, answer: Answer) -> Failure {
        match answer.map(create_version::read) {
            Err(error) => Failure::transport(self.request().as_ref(), error),
            Ok(Err(error)) => Failure::api("make a new version", error),
            // No failure, and nobody asks about it.
            Ok(Ok(_)) => Lost::broken_off().failure,
        }
    }

    /// From making a version to looking for it, for it may have been made.
    pub(super) fn look_for(&mut self, lost: Lost) {
        self.state = match std::mem::replace(&mut self.state, State::Done) {
            State::NewVersion(index, payload) => State::FindLost(index, payload, lost),
            other => other,
        };
    }

    /// What follows from the search for a version: it is made again if it is certain that it was
    /// not made.
    pub(super) fn found_or_not(
        &mut self,
        index: usize,
        payload: Payload,
        listing: Option<Listing>,
        lost: Lost,
    ) -> Result<State, Failure> {
        let Some(job) = self.jobs.get_mut(index) else {
            return Ok(State::Done);
        };
        let known = (listing, job.making.before, &job.making.declared);
        let (Some(listing), Some(before), Some(declared)) = known else {
            return Err(lost.failure.in_doubt(&job.page(), &[]));
        };
        let newer = listing.versions.iter().filter(|v| v.version > before);
        let alike: Vec<_> = newer.filter(|v| is_alike(v, declared)).collect();
        let waiting = listing.incomplete.iter().copied().filter(|n| *n > before);
        let waiting = waiting.filter(|_| declared.file).collect::<Vec<_>>();
        match (alike.as_slice(), waiting.first()) {
            ([], None) if lost.may_repeat => {
                job.making.in_doubt = false;
                Ok(State::NewVersion(index, payload))
            }
            ([one], _) if !declared.file => {
                let version = Version {
                    version: one.version,
                    upload_path: None,
                };
                self.made(index, payload, version)
            }
            (alike, _) => {
                let numbers = alike.iter().map(|v| v.version).chain(waiting);
                let slugs: Vec<_> = numbers.map(|number| job.version_slug(number)).collect();
                Err(lost.failure.in_doubt(&job.page(), &slugs))
            }
        }
    }
}

/// Whether a version is what was asked for. Atlas adds metadata to Amazon's.
fn is_alike(listed: &Listed, declared: &NewVersion) -> bool {
    let sent = declared.metadata.iter().flatten();
    let mut sent = sent.map(|(key, value)| listed.metadata.get(key) == Some(value));
    listed.id == declared.id && sent.all(|is_there| is_there)
}

impl Lost {
    /// The publication ended while the version was being made, and goes on now.
    pub(super) fn broken_off() -> Self {
        let message = "could not make a new version: the publication was broken off meanwhile";
        Self {
            failure: Failure::new(FailureCode::VersionInDoubt, message.into()),
            may_repeat: true,
        }
    }
}

impl Failure {
    /// The same, where a version may have been made all the same: on this page, perhaps one of these.
    pub(super) fn in_doubt(mut self, page: &str, slugs: &[String]) -> Self {
        let perhaps = match slugs {
            [] => String::new(),
            _ => format!(" (it may be {})", slugs.join(" or ")),
        };
        self.code = FailureCode::VersionInDoubt;
        self.message += &format!(
            "; whether it was made is not known{perhaps}: look at {page} before you publish again"
        );
        self
    }
}
