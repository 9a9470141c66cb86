//! What follows from each answer.

use super::Publication;
use super::state::{Sent, State, Upload};
use crate::atlas::create_artifact::Created;
use crate::atlas::create_version::Version;
use crate::atlas::search::Listing;
use crate::atlas::{
    ApiError, authenticate, create_artifact, create_version, get_artifact, head_file, search,
    upload,
};
use crate::platform::Platform;
use crate::secrets::Secrets;
use crate::steps::{Answer, Failure};

impl Publication {
    /// The state after an answer that is not waited out.
    pub(super) fn on_response(
        &mut self,
        answer: Answer,
        platform: &dyn Platform,
    ) -> Result<State, Failure> {
        self.job()?;
        // Only a failure needs to know what was asked, and where an upload begins.
        let request = match (answer, &self.state) {
            (Ok(_), State::Upload(_)) => Some(self.request()?),
            (Ok(_), _) => None,
            (Err(_), _) => Some(self.original_request()?),
        };
        let no_answer = |error| Failure::transport(request.as_ref(), error);
        // Whoever leaves no state behind has failed.
        let state = std::mem::replace(&mut self.state, State::Failed(Failure::internal()));
        match state {
            State::Verify => {
                authenticate::read(answer.map_err(no_answer)?).map_err(Failure::unverified)?;
                self.current += 1;
                Ok(match self.jobs.get(self.current) {
                    Some(_) => State::Verify,
                    None => self.next_job(),
                })
            }
            State::Find => match get_artifact::read(answer.map_err(no_answer)?) {
                Ok(true) => self.new_version(platform),
                Ok(false) => Ok(State::Create),
                Err(error) => Err(Failure::api("find the artifact", error)),
            },
            State::Create => match create_artifact::read(answer.map_err(no_answer)?) {
                Ok(Created::Yes) => self.new_version(platform),
                Ok(Created::Taken(error)) => Ok(State::FindTaken(error)),
                Err(error) => Err(Failure::api("create the artifact", error)),
            },
            State::FindTaken(taken) => match get_artifact::read(answer.map_err(no_answer)?) {
                Ok(true) => self.new_version(platform),
                Ok(false) => Err(Failure::api("create the artifact", taken)),
                Err(error) => Err(Failure::api("find the artifact", error)),
            },
            State::FindLatest(payload) => {
                // Optional: on failure continue without it; it is only to be safe later.
                let listing = answer.ok().and_then(|response| search::read(response).ok());
                self.job_mut()?.progress.before = listing.map(|l| l.numbers().max().unwrap_or(0));
                Ok(State::NewVersion(payload))
            }
            State::NewVersion(payload) => {
                if let Ok(Ok(version)) = answer.map(create_version::read) {
                    return self.on_version_created(payload, version);
                }
                let failure = Self::no_version(answer, request.as_ref());
                let job = self.job()?;
                Err(match job.progress.in_doubt {
                    true => failure.in_doubt(&job.page(), &[]),
                    false => failure,
                })
            }
            State::FindLost(payload, lost) => {
                let listing = match answer.map(search::read) {
                    // Asked for a number: there is no such version.
                    Ok(Err(ApiError::NotFound)) if !lost.unlisted.is_empty() => {
                        Some(Listing::default())
                    }
                    Ok(listing) => listing.ok(),
                    Err(_) => None,
                };
                self.on_search_result(payload, listing, lost)
            }
            State::FindUpload(payload, version) => {
                let listing = search::read(answer.map_err(no_answer)?);
                let listing = listing.map_err(|e| Failure::api("find the version again", e))?;
                let listed = listing.version(version);
                let found = Version {
                    version,
                    upload_path: listed.and_then(|listed| listed.upload_path.clone()),
                    is_resumable: listed.is_some_and(|listed| listed.is_resumable),
                };
                let size = payload.size();
                match (self.on_version_created(payload, found), size) {
                    (Err(failure), Some(size)) => {
                        Ok(State::CheckUpload(Sent { version, size }, failure))
                    }
                    (next, _) => next,
                }
            }
            State::Upload(mut upload) => {
                if let (Some(pieces), Some(request)) = (upload.pieces.take(), &request) {
                    return self.on_pieces(upload, pieces, answer, request);
                }
                let failure = match answer {
                    Ok(response) => match upload::read(response) {
                        Ok(()) => {
                            return self.on_uploaded(upload.sent, response.sent_sha256.clone());
                        }
                        Err(error) => self.refused(&upload, error)?,
                    },
                    Err(error) => no_answer(error),
                };
                self.upload_failed(&upload, failure)
            }
            State::CheckUpload(sent, failure) => match answer {
                Ok(response) if head_file::read(response, sent.size) => {
                    self.on_uploaded(sent, None)
                }
                _ => Err(failure),
            },
            State::Confirm => self.on_confirmation(answer),
            State::Pack(_) | State::Done | State::Failed(_) => Err(Failure::internal()),
        }
    }

    /// What a server or an HTTP library says of an upload: either may repeat where it went.
    pub(super) fn without_url(&self, upload: &Upload, text: &str) -> String {
        let mut secrets = Secrets::default();
        for url in upload.urls() {
            secrets.add_url(url.as_str());
        }
        for url in self.delivery.redirects() {
            secrets.add_url(url);
        }
        secrets.redact(text)
    }
}
