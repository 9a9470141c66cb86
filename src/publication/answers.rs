//! What follows from each answer.

use super::failure::{Failure, FailureCode};
use super::payload::Payload;
use super::state::{Lost, Sent, State, Upload};
use super::step::Receipt;
use super::{Answer, Publication};
use crate::atlas::create_artifact::Created;
use crate::atlas::create_version::Version;
use crate::atlas::upload::UploadUrl;
use crate::atlas::{
    ApiError, authenticate, create_artifact, create_version, download, find_artifact, search,
    upload,
};
use crate::packing;
use crate::surroundings::Surroundings;

impl Publication {
    /// The state after an answer that is not waited out.
    pub(super) fn after(
        &mut self,
        answer: Answer,
        surroundings: &dyn Surroundings,
    ) -> Result<State, Failure> {
        // Only a failure needs to know what was asked.
        let request = answer.err().and_then(|_| self.request());
        let no_answer = |error| Failure::transport(request.as_ref(), error);
        match std::mem::replace(&mut self.state, State::Done) {
            State::Verify(index) => {
                let response = answer.map_err(no_answer)?;
                authenticate::read(response).map_err(|e| Failure::api("verify the token", e))?;
                Ok(match self.jobs.get(index + 1) {
                    Some(_) => State::Verify(index + 1),
                    None => self.next_job(),
                })
            }
            State::Find(index) => match find_artifact::read(answer.map_err(no_answer)?) {
                Ok(true) => self.new_version(index, surroundings),
                Ok(false) => Ok(State::Create(index)),
                Err(error) => Err(Failure::api("find the artifact", error)),
            },
            State::Create(index) => match create_artifact::read(answer.map_err(no_answer)?) {
                Ok(Created::Yes) => self.new_version(index, surroundings),
                Ok(Created::Taken(error)) => Ok(State::FindTaken(index, error)),
                Err(error) => Err(Failure::api("create the artifact", error)),
            },
            State::FindTaken(index, taken) => {
                match find_artifact::read(answer.map_err(no_answer)?) {
                    Ok(true) => self.new_version(index, surroundings),
                    Ok(false) => Err(Failure::api("create the artifact", taken)),
                    Err(error) => Err(Failure::api("find the artifact", error)),
                }
            }
            State::FindLatest(index, payload) => {
                // Without an answer it is done without: this is only to be safe later.
                let listing = answer.ok().and_then(|response| search::read(response).ok());
                if let Some(job) = self.jobs.get_mut(index) {
                    job.making.before = listing.map(|listing| {
                        let listed = listing.versions.iter().map(|v| v.version);
                        listed.chain(listing.incomplete).max().unwrap_or(0)
                    });
                }
                Ok(State::NewVersion(index, payload))
            }
            State::NewVersion(index, payload) => {
                if let Ok(Ok(version)) = answer.map(create_version::read) {
                    return self.made(index, payload, version);
                }
                // The failure is about this state.
                self.state = State::NewVersion(index, payload);
                let failure = self.no_version(answer);
                Err(match self.jobs.get(index) {
                    Some(job) if job.making.in_doubt => failure.in_doubt(&job.page(), &[]),
                    _ => failure,
                })
            }
            State::FindLost(index, payload, lost) => {
                let listing = answer.ok().and_then(|response| search::read(response).ok());
                self.found_or_not(index, payload, listing, lost)
            }
            State::FindUpload(index, payload, version) => {
                let listing = search::read(answer.map_err(no_answer)?);
                let listing = listing.map_err(|e| Failure::api("find the version again", e))?;
                let listed = listing.version(version);
                let upload_path = listed.and_then(|listed| listed.upload_path.clone());
                let found = Version {
                    version,
                    upload_path,
                };
                let size = payload.size();
                match (self.made(index, payload, found), size) {
                    (Err(failure), Some(size)) => {
                        let sent = Sent { version, size };
                        Ok(State::CheckUpload(index, sent, failure))
                    }
                    (next, _) => next,
                }
            }
            State::Upload(index, upload) => {
                let sha256 = answer.map_err(no_answer).and_then(|response| {
                    upload::read(response).map_err(|e| Failure::api("upload the file", e))?;
                    Ok(response.sent_sha256.clone())
                });
                let sent = upload.sent;
                match sha256 {
                    Ok(sha256) => Ok(self.uploaded(index, sent, sha256)),
                    Err(failure) if upload.in_doubt => {
                        let failure = failure.after_attempts(self.attempts.given_up_after());
                        Ok(State::CheckUpload(index, sent, failure))
                    }
                    Err(failure) => Err(failure),
                }
            }
            State::CheckUpload(index, sent, failure) => match answer {
                Ok(response) if download::read(response, sent.size) => {
                    Ok(self.uploaded(index, sent, None))
                }
                _ => Err(failure),
            },
            State::Confirm(index) => self.confirmed(index, answer),
            other @ (State::Pack(..) | State::Done | State::Failed(_)) => Ok(other),
        }
    }

    /// Files are looked at, and packed, before the version is made, so that none is made in vain.
    pub(super) fn new_version(
        &mut self,
        index: usize,
        surroundings: &dyn Surroundings,
    ) -> Result<State, Failure> {
        let previous = self.receipts.last();
        let Some(job) = self.jobs.get_mut(index) else {
            return Ok(State::Done);
        };
        let files = job.artifact(previous).files;
        let planned = packing::plan(surroundings.files(), &files, &packing::Options::default())
            .map_err(|error| Failure::files(FailureCode::FileUnreadable, &error))?;
        let fingerprint = planned.fingerprint();
        let payload = match planned {
            packing::Payload::None => Payload::None,
            packing::Payload::AsIs { path, size, .. } => Payload::AsIs { path, size },
            packing::Payload::Archive(_) => match self.packed {
                Some(size) => Payload::Archive { size },
                None => return Ok(State::Pack(index, files)),
            },
        };
        let was_asked = job.making.in_doubt || job.making.made.is_some();
        if was_asked && job.making.files != fingerprint {
            return Err(Failure::files_changed(&job.page()));
        }
        job.making.files = fingerprint;
        let has_file = !matches!(payload, Payload::None);
        job.making.declared = Some(job.declaration(previous, has_file));
        Ok(match (job.making.made, job.key_is_known) {
            (Some(version), false) if has_file => State::FindUpload(index, payload, version),
            (Some(version), false) => self.published(index, version, None, None),
            (_, true) => State::NewVersion(index, payload),
            (None, false) if !was_asked => State::FindLatest(index, payload),
            (None, false) => State::FindLost(index, payload, Lost::broken_off()),
        })
    }

    /// The version is there: its file comes next, if there is one.
    pub(super) fn made(
        &mut self,
        index: usize,
        payload: Payload,
        version: Version,
    ) -> Result<State, Failure> {
        let number = version.version;
        let Some(job) = self.jobs.get_mut(index) else {
            return Ok(State::Done);
        };
        job.making.in_doubt = false;
        if let Some(before) = job.making.made.filter(|before| *before != number) {
            let (before, now) = (job.version_slug(before), job.version_slug(number));
            return Err(Failure::made_twice(&before, &now));
        }
        job.making.made = Some(number);
        let Some((body, size)) = payload.upload() else {
            return Ok(self.published(index, number, None, None));
        };
        let url = UploadUrl::parse(version.upload_path.as_deref(), &job.atlas.base_url)
            .map_err(|error| Failure::upload_path(&job.version_slug(number), &error))?;
        let sent = Sent {
            version: number,
            size,
        };
        let upload = Upload {
            sent,
            url,
            body,
            in_doubt: false,
        };
        Ok(State::Upload(index, upload))
    }

    fn uploaded(&mut self, index: usize, sent: Sent, sha256: Option<String>) -> State {
        self.published(index, sent.version, Some(sent.size), sha256)
    }

    fn published(
        &mut self,
        index: usize,
        version: u64,
        size: Option<u64>,
        sha256: Option<String>,
    ) -> State {
        if let Some(job) = self.jobs.get(index) {
            let slug = &job.configuration.artifact;
            let receipt = Receipt {
                tag: slug.to_string(),
                artifact_type: job.configuration.artifact_type.to_string(),
                version,
                id: job.declaration(self.receipts.last(), false).id,
                url: job.page(),
                size,
                sha256,
                confirmed: false,
            };
            self.receipts.push(receipt);
        }
        self.next_job()
    }

    /// The first job that is not published yet, or the end.
    pub(super) fn next_job(&self) -> State {
        match self.jobs.get(self.receipts.len()) {
            Some(_) => State::Find(self.receipts.len()),
            None if self.options.confirm => State::Confirm(0),
            None => State::Done,
        }
    }

    /// Whether Atlas lists what was published.
    fn confirmed(&mut self, index: usize, answer: Answer) -> Result<State, Failure> {
        let next = match self.jobs.get(index + 1) {
            Some(_) => State::Confirm(index + 1),
            None => State::Done,
        };
        let Some(receipt) = self.receipts.get_mut(index) else {
            return Ok(next);
        };
        let response = answer.map_err(|error| Failure::not_confirmed(receipt, error))?;
        match search::read(response) {
            // There are servers that have no search.
            Err(
                ApiError::NotFound
                | ApiError::Status {
                    status: 405 | 501, ..
                },
            ) => Ok(next),
            Err(error) => Err(Failure::not_confirmed(receipt, &error)),
            Ok(listing) => {
                let Some(listed) = listing.version(receipt.version) else {
                    return Err(Failure::not_confirmed(receipt, &"it is not listed"));
                };
                if let (Some(there), Some(sent)) = (&listed.sha256, &receipt.sha256)
                    && !there.eq_ignore_ascii_case(sent)
                {
                    return Err(Failure::not_confirmed(receipt, &"it holds another file"));
                }
                receipt.confirmed = true;
                Ok(next)
            }
        }
    }
}
