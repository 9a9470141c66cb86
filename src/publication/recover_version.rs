//! The version that may have been made although the answer was lost, on a server that does not know
//! idempotency keys.
//!
//! A search finds it again: newer than what was there before, with the very id and metadata that
//! were sent. It is taken for ours only if it has no file, so that it is exactly what was to be
//! published, and only if there is one such version. A version that waits for a file is left alone,
//! for it may be waiting for somebody else's.

use super::payload::Payload;
use super::state::{Lost, State};
use super::{Answer, Publication};
use crate::atlas::Request;
use crate::atlas::create_version::{self, NewVersion, Version};
use crate::atlas::search::{Listed, Listing};
use crate::steps::{Failure, FailureCode};

/// The most versions that are asked for one by one.
const MOST_UNLISTED: usize = 50;

impl Publication {
    /// Why there is no version, after this answer.
    pub(super) fn no_version(answer: Answer, request: Option<&Request>) -> Failure {
        match answer.map(create_version::read) {
            Err(error) => Failure::transport(request, error),
            Ok(Err(error)) => Failure::api("make a new version", error),
            Ok(Ok(_)) => Failure::internal(),
        }
    }

    /// From making a version to looking for it, for it may have been made.
    pub(super) fn check_version(&mut self, answer: Answer) -> Result<State, Failure> {
        let request = self.original_request()?;
        match std::mem::replace(&mut self.state, State::Failed(Failure::internal())) {
            State::NewVersion(payload) => {
                let failure = Self::no_version(answer, Some(&request));
                let may_repeat = answer.map_or(true, |response| response.status >= 300);
                Ok(State::FindLost(payload, Lost::new(failure, may_repeat)))
            }
            _ => Err(Failure::internal()),
        }
    }

    /// What follows from a search for a version: it is made again if it is certain that it was not
    /// made.
    ///
    /// Asked for any version, the original server answered with the newest alone; so those between
    /// it and the latest one before are asked for one by one. Servers that list all are asked again
    /// only for the numbers that they leave out.
    pub(super) fn on_search_result(
        &mut self,
        payload: Payload,
        listing: Option<Listing>,
        mut lost: Lost,
    ) -> Result<State, Failure> {
        let job = self.job()?;
        let progress = &job.progress;
        let known = (listing, progress.before, &progress.request_body);
        let (Some(listing), Some(before), Some(body)) = known else {
            return Err(lost.failure.in_doubt(&job.page(), &[]));
        };
        match lost.unlisted.pop() {
            Some(number) => {
                let versions = listing.versions.into_iter();
                let found = versions.filter(|listed| listed.version == number);
                lost.found.versions.extend(found);
            }
            None => {
                lost.unlisted = unlisted(&listing, before);
                lost.found = listing;
            }
        }
        if lost.unlisted.len() > MOST_UNLISTED {
            return Err(lost.failure.in_doubt(&job.page(), &[]));
        }
        if !lost.unlisted.is_empty() {
            return Ok(State::FindLost(payload, lost));
        }
        let newer = lost.found.versions.iter().filter(|v| v.version > before);
        let alike: Vec<_> = newer.filter(|v| is_alike(v, body)).collect();
        let waiting = lost.found.incomplete.iter().copied();
        let waiting = waiting.filter(|n| *n > before && body.file);
        let waiting = waiting.collect::<Vec<_>>();
        match (alike.as_slice(), waiting.first()) {
            ([], None) if lost.may_repeat => {
                self.job_mut()?.progress.in_doubt = false;
                Ok(State::NewVersion(payload))
            }
            ([one], _) if !body.file => {
                let version = Version {
                    version: one.version,
                    ..Version::default()
                };
                self.on_version_created(payload, version)
            }
            (alike, _) => {
                let numbers = alike.iter().map(|v| v.version).chain(waiting);
                let slugs: Vec<_> = numbers.map(|number| job.version_slug(number)).collect();
                Err(lost.failure.in_doubt(&job.page(), &slugs))
            }
        }
    }
}

/// The numbers between the latest version before and the latest one now that a listing leaves out,
/// the first one last; not many more than are asked for.
fn unlisted(listing: &Listing, before: u64) -> Vec<u64> {
    let newer: Vec<u64> = listing.numbers().filter(|n| *n > before).collect();
    let latest = newer.iter().copied().max().unwrap_or(before);
    let unlisted = (before + 1..latest).filter(|number| !newer.contains(number));
    let mut unlisted: Vec<u64> = unlisted.take(MOST_UNLISTED + 1).collect();
    unlisted.reverse();
    unlisted
}

/// Whether a version is what was asked for. Atlas adds metadata to Amazon's.
fn is_alike(listed: &Listed, body: &NewVersion) -> bool {
    let sent = body.metadata.iter().flatten();
    let mut sent = sent.map(|(key, value)| listed.metadata.get(key) == Some(value));
    listed.id == body.id && sent.all(|is_there| is_there)
}

impl Lost {
    /// Nothing has been looked for yet.
    pub(super) fn new(failure: Failure, may_repeat: bool) -> Self {
        Self {
            failure,
            may_repeat,
            found: Listing::default(),
            unlisted: Vec::new(),
        }
    }

    /// The publication ended while the version was being made, and goes on now.
    pub(super) fn broken_off() -> Self {
        let message =
            "could not make a new version: the publication was interrupted while it was made";
        Self::new(
            Failure::new(FailureCode::VersionInDoubt, message.into()),
            true,
        )
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
