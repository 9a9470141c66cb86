//! One build's artifact on its way into Atlas: which request comes next.
//!
//! For each post-processor: find the artifact, create it if there is none, make a new version,
//! upload the file. Before the first of these every token is verified, as Packer did when it
//! configured its post-processors (`tests/golden/traces/chain-sequence.json`).

mod begin;
mod failure;
mod job;
mod patience;
mod payload;
mod step;

use std::collections::BTreeMap;

pub use failure::{Failure, FailureCode};
pub use patience::Patience;
pub use step::{Outcome, Pause, Receipt, Step};

use crate::artifact::Artifact;
use crate::atlas::create_artifact::Created;
use crate::atlas::create_version::{NewVersion, Version};
use crate::atlas::upload::UploadUrl;
use crate::atlas::{
    ApiError, Body, Request, Response, TransportError, authenticate, create_artifact,
    create_version, find_artifact, upload,
};
use crate::configuration::Configuration;
use crate::diagnostic::Diagnostic;
use crate::packing;
use crate::surroundings::Surroundings;
use job::{ArtifactOf, Job};
use patience::Attempts;
use payload::Payload;

/// One build's artifact on its way into Atlas.
#[derive(Debug)]
pub struct Publication {
    jobs: Vec<Job>,
    warnings: Vec<Diagnostic>,
    state: State,
    receipts: Vec<Receipt>,
    /// Bytes of the archive of the build's artifact, once the host has made it.
    packed: Option<u64>,
    patience: Patience,
    /// What has been tried of the request that is under way.
    attempts: Attempts,
    /// The pause before it is sent again, if there is one now.
    pause: Option<Pause>,
}

/// The step that is under way, or the end.
#[derive(Debug)]
enum State {
    /// Verify the token of this job.
    Verify(usize),
    /// Find this job's artifact.
    Find(usize),
    /// Create it.
    Create(usize),
    /// Find it once more: Atlas said that the name is taken, in these words.
    FindTaken(usize, ApiError),
    /// Make the archive of these files, for this job's new version.
    Pack(usize, Vec<String>),
    /// Make a new version of it, for this payload.
    NewVersion(usize, Payload),
    /// Upload the version's file.
    Upload(usize, Upload),
    /// Everything is published.
    Done,
    /// It could not be published.
    Failed(Failure),
}

/// A file on its way to a version.
#[derive(Debug)]
struct Upload {
    version: u64,
    url: UploadUrl,
    body: Body,
    size: u64,
}

impl Publication {
    /// Warnings of the configurations and about the artifact.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// What the host does next. Changes nothing.
    pub fn next(&self) -> Step {
        if let Some(pause) = &self.pause {
            return Step::Wait(pause.clone());
        }
        match &self.state {
            State::Done => Step::Done(self.receipts.clone()),
            State::Failed(failure) => Step::Failed(failure.clone()),
            State::Pack(_, files) => Step::Pack(files.clone()),
            _ => match self.request() {
                Some(request) => Step::Send(request),
                None => Step::Done(self.receipts.clone()),
            },
        }
    }

    /// How the last step went. An outcome of another kind of step is ignored.
    pub fn respond(&mut self, outcome: Outcome, surroundings: &dyn Surroundings) {
        let mut uncertain = None;
        let after = match (&self.state, outcome) {
            (State::Pack(index, _), Outcome::Packed(size)) => {
                let index = *index;
                self.packed = Some(size);
                Ok(State::NewVersion(index, Payload::Archive { size }))
            }
            (State::Pack(..), Outcome::NotPacked(reason)) => {
                Err(Failure::files(FailureCode::NotPacked, &reason))
            }
            (_, Outcome::Waited) => {
                self.pause = None;
                return;
            }
            (_, Outcome::Answered(response)) if self.is_sending() => {
                if self.will_try_again(Ok(&response), surroundings) {
                    return;
                }
                uncertain = self.is_uncertain(Ok(&response));
                let state = std::mem::replace(&mut self.state, State::Done);
                self.after(state, &response, surroundings)
            }
            (_, Outcome::NoAnswer(error)) if self.is_sending() => {
                if self.will_try_again(Err(&error), surroundings) {
                    return;
                }
                uncertain = self.is_uncertain(Err(&error));
                let request = self.request();
                Err(Failure::transport(request.as_ref(), &error))
            }
            _ => return,
        };
        let attempts = std::mem::take(&mut self.attempts).given_up_after();
        self.state = after.unwrap_or_else(|mut failure| {
            failure.message = self.redacted(&failure.message);
            if let Some(page) = &uncertain {
                failure.message += &format!(
                    "; whether it was made is not known: look at {page} before you publish again"
                );
            }
            failure.published.clone_from(&self.receipts);
            State::Failed(failure.after_attempts(attempts))
        });
    }

    /// Whether a request is under way, and not put off.
    fn is_sending(&self) -> bool {
        let is_request = !matches!(self.state, State::Pack(..) | State::Done | State::Failed(_));
        self.pause.is_none() && is_request
    }

    /// Whether the request under way is sent again after this outcome: then there is a pause now.
    fn will_try_again(
        &mut self,
        outcome: Result<&Response, &TransportError>,
        surroundings: &dyn Surroundings,
    ) -> bool {
        let (passing, retry_after) = match outcome {
            Ok(response) => (
                patience::is_passing(response),
                patience::retry_after_ms(response, surroundings.now()),
            ),
            Err(error) => (patience::is_passing_error(error), None),
        };
        if !passing || !patience::is_repeatable(&self.state, outcome) {
            return false;
        }
        let wait = self
            .attempts
            .next_wait(self.patience, retry_after, surroundings);
        self.pause = wait.map(|ms| Pause {
            ms,
            reason: match outcome {
                Ok(response) => format!("the server answered {}", response.status),
                Err(error) => self.redacted(&error.to_string()),
            },
        });
        self.pause.is_some()
    }

    /// Whether a version may have been made all the same: the page to look at then.
    fn is_uncertain(&self, outcome: Result<&Response, &TransportError>) -> Option<String> {
        let State::NewVersion(index, _) = &self.state else {
            return None;
        };
        let passing = match outcome {
            Ok(response) => patience::is_passing(response),
            Err(error) => patience::is_passing_error(error),
        };
        let uncertain = passing && !patience::is_repeatable(&self.state, outcome);
        uncertain
            .then(|| self.jobs.get(*index).map(Job::page))
            .flatten()
    }

    /// A text without the tokens: servers may repeat what they were sent.
    fn redacted(&self, text: &str) -> String {
        let tokens = self.jobs.iter().map(|job| &job.atlas.token);
        tokens.fold(text.to_owned(), |text, token| token.redact(&text))
    }

    /// The request that is under way.
    fn request(&self) -> Option<Request> {
        match &self.state {
            State::Verify(index) => Some(authenticate::request(&self.jobs.get(*index)?.atlas)),
            State::Find(index) | State::FindTaken(index, _) => {
                let job = self.jobs.get(*index)?;
                Some(find_artifact::request(
                    &job.atlas,
                    &job.configuration.artifact,
                ))
            }
            State::Create(index) => {
                let job = self.jobs.get(*index)?;
                Some(create_artifact::request(
                    &job.atlas,
                    &job.configuration.artifact,
                ))
            }
            State::NewVersion(index, payload) => {
                let job = self.jobs.get(*index)?;
                let artifact = self.artifact(job);
                let metadata = metadata(artifact.metadata, job.metadata.clone());
                let new = NewVersion {
                    build_id: job.configuration.build_id,
                    compile_id: job.configuration.compile_id,
                    file: !matches!(payload, Payload::None),
                    id: &artifact.id,
                    metadata: metadata.as_ref(),
                };
                let Configuration {
                    artifact: slug,
                    artifact_type,
                    ..
                } = &job.configuration;
                let atlas = &job.atlas;
                Some(create_version::request(atlas, slug, artifact_type, &new))
            }
            State::Upload(index, upload) => {
                let slug = self.jobs.get(*index)?.version_slug(upload.version);
                let purpose = format!("upload the file of {slug}");
                Some(upload::request(&upload.url, purpose, upload.body.clone()))
            }
            State::Pack(..) | State::Done | State::Failed(_) => None,
        }
    }

    /// What comes after a response.
    fn after(
        &mut self,
        state: State,
        response: &Response,
        surroundings: &dyn Surroundings,
    ) -> Result<State, Failure> {
        match state {
            State::Verify(index) => {
                authenticate::read(response).map_err(|e| Failure::api("verify the token", e))?;
                Ok(match self.jobs.get(index + 1) {
                    Some(_) => State::Verify(index + 1),
                    None => State::Find(0),
                })
            }
            State::Find(index) => match find_artifact::read(response) {
                Ok(true) => self.new_version(index, surroundings),
                Ok(false) => Ok(State::Create(index)),
                Err(error) => Err(Failure::api("find the artifact", error)),
            },
            State::Create(index) => match create_artifact::read(response) {
                Ok(Created::Yes) => self.new_version(index, surroundings),
                Ok(Created::Taken(error)) => Ok(State::FindTaken(index, error)),
                Err(error) => Err(Failure::api("create the artifact", error)),
            },
            State::FindTaken(index, taken) => match find_artifact::read(response) {
                Ok(true) => self.new_version(index, surroundings),
                Ok(false) => Err(Failure::api("create the artifact", taken)),
                Err(error) => Err(Failure::api("find the artifact", error)),
            },
            State::NewVersion(index, payload) => {
                let version = create_version::read(response)
                    .map_err(|e| Failure::api("make a new version", e))?;
                self.uploaded_or_upload(index, payload, version)
            }
            State::Upload(index, file) => {
                upload::read(response).map_err(|e| Failure::api("upload the file", e))?;
                let sha256 = response.sent_sha256.clone();
                Ok(self.published(index, file.version, Some(file.size), sha256))
            }
            other @ (State::Pack(..) | State::Done | State::Failed(_)) => Ok(other),
        }
    }

    /// Files are looked at, and packed, before the version is made, so that none is made in vain.
    fn new_version(&self, index: usize, surroundings: &dyn Surroundings) -> Result<State, Failure> {
        let files = match self.jobs.get(index) {
            Some(job) => self.artifact(job).files,
            None => Vec::new(),
        };
        let planned = packing::plan(surroundings.files(), &files, &packing::Options::default())
            .map_err(|error| Failure::files(FailureCode::FileUnreadable, &error))?;
        let payload = match planned {
            packing::Payload::None => Payload::None,
            packing::Payload::AsIs { path, size, .. } => Payload::AsIs { path, size },
            packing::Payload::Archive(_) => match self.packed {
                Some(size) => Payload::Archive { size },
                None => return Ok(State::Pack(index, files)),
            },
        };
        Ok(State::NewVersion(index, payload))
    }

    fn uploaded_or_upload(
        &mut self,
        index: usize,
        payload: Payload,
        version: Version,
    ) -> Result<State, Failure> {
        let (Some(job), Some((body, size))) = (self.jobs.get(index), payload.upload()) else {
            return Ok(self.published(index, version.version, None, None));
        };
        let url = UploadUrl::parse(version.upload_path.as_deref(), &job.atlas.base_url)
            .map_err(|error| Failure::upload_path(&job.version_slug(version.version), &error))?;
        let version = version.version;
        let upload = Upload {
            version,
            url,
            body,
            size,
        };
        Ok(State::Upload(index, upload))
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
                id: self.artifact(job).id,
                url: job.page(),
                size,
                sha256,
            };
            self.receipts.push(receipt);
        }
        match self.jobs.get(index + 1) {
            Some(_) => State::Find(index + 1),
            None => State::Done,
        }
    }

    /// The artifact that a job publishes.
    fn artifact(&self, job: &Job) -> Artifact {
        match (&job.artifact, self.receipts.last()) {
            (ArtifactOf::Build(artifact), _) => artifact.clone(),
            (ArtifactOf::Previous, Some(receipt)) => Artifact::published(&receipt.slug()),
            (ArtifactOf::Previous, None) => Artifact::default(),
        }
    }
}

/// What is sent as metadata: the artifact's own with the configuration's on top, nothing when
/// neither has any.
fn metadata(
    own: Option<BTreeMap<String, String>>,
    configured: Option<BTreeMap<String, String>>,
) -> Option<BTreeMap<String, String>> {
    match (own, configured) {
        (Some(mut own), Some(configured)) => {
            own.extend(configured);
            Some(own)
        }
        (own, configured) => own.or(configured),
    }
}

#[cfg(test)]
mod tests;
