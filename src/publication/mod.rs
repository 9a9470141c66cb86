//! One build's artifact on its way into Atlas: which request comes next.
//!
//! For each post-processor: find the artifact, create it if there is none, make a new version,
//! upload the file; at the end, see that all of it is there. Before the first of these every token
//! is verified, as Packer did when it configured its post-processors
//! (`tests/golden/traces/chain-sequence.json`).
//!
//! - `begin`, `resume`: from configurations, and perhaps a `checkpoint`, to a publication
//! - `state`: where it is; `requests`: what each state sends; `responses`: what follows
//! - `new_version`, `confirm`: what is between the requests for a version, and at the end; `uploads`: what comes of
//!   that of its file, whole or in `pieces` that go on after a break
//! - `retry`: what is tried again; `recover_version`: the version that an answer was lost about

mod begin;
mod checkpoint;
mod confirm;
mod failure;
mod job;
mod new_version;
mod payload;
mod pieces;
mod recover_version;
mod requests;
mod responses;
mod resume;
mod retry;
mod state;
mod uploads;

use crate::atlas::{Response, TransportError};
use crate::delivery::{Delivery, RetryPolicy};
use crate::diagnostic::Diagnostic;
use crate::platform::Platform;
use crate::sanitize::sanitize;
use crate::secrets::Secrets;
use crate::steps::{Achievement, Answer, Failure, FailureCode, Outcome, Receipt, Step};
use job::Job;
use payload::Payload;
use retry::Retry;
use state::{Packed, State};

/// One build's artifact on its way into Atlas.
#[derive(Debug)]
pub struct Publication {
    jobs: Vec<Job>,
    /// The tokens of all jobs.
    tokens: Secrets,
    warnings: Vec<Diagnostic>,
    /// The job that the state is about.
    current: usize,
    state: State,
    receipts: Vec<Receipt>,
    /// The archive of the build's artifact, once the host has made it.
    packed: Option<Packed>,
    confirm: bool,
    /// The request that is under way.
    delivery: Delivery,
}

/// How to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// How long requests are sent again.
    pub retry: RetryPolicy,
    /// Whether to see, before it is said to be done, that Atlas lists what was published.
    pub confirm: bool,
    /// What [`Publication::checkpoint`] gave in an earlier run, to go on from there; none, or an empty
    /// one, begins anew.
    pub checkpoint: Option<Vec<u8>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            retry: RetryPolicy::default(),
            confirm: true,
            checkpoint: None,
        }
    }
}

impl Publication {
    /// Warnings of the configurations and about the artifact.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// What the host does next. Changes nothing.
    pub fn next(&self) -> Step {
        if let Some(pause) = self.delivery.pause() {
            return Step::Wait(pause.clone());
        }
        match &self.state {
            State::Done => Step::Done(Achievement::Published(self.receipts.clone())),
            State::Failed(failure) => Step::Failed(failure.clone()),
            State::Pack(plan) => Step::Pack(plan.files.clone()),
            _ => match self.request() {
                Ok(request) => Step::Send(request),
                Err(failure) => Step::Failed(self.completed(failure)),
            },
        }
    }

    /// How the last step went. An outcome of another kind of step is ignored.
    pub fn respond(&mut self, outcome: Outcome, took_ms: u64, platform: &dyn Platform) {
        match (&self.state, outcome) {
            (State::Done | State::Failed(_), _) => {}
            (_, Outcome::NotKept(error)) => {
                self.delivery.end_pause();
                // The version that waits for its file, if there is one.
                let job = self.jobs.get(self.receipts.len());
                let made = job.and_then(|job| Some(job.version_slug(job.progress.made?)));
                let is_begun = made.is_some() || !self.receipts.is_empty();
                let failure = Failure::not_kept(&error, made.as_deref(), is_begun);
                self.transition(Err(failure));
            }
            (_, Outcome::Waited) => self.delivery.end_pause(),
            (State::Pack(plan), Outcome::Packed(size)) => {
                let plan = plan.clone();
                let next = self.begin_version(Payload::Archive { size }, plan.fingerprint.clone());
                self.packed = Some(Packed { plan, size });
                self.transition(next);
            }
            (State::Pack(_), Outcome::NotPacked(reason)) => {
                self.transition(Err(Failure::files(FailureCode::NotPacked, &reason)));
            }
            (_, Outcome::Answered(response)) if self.is_sending() => {
                match self.is_cut_short(&response) {
                    Some(error) => self.answered(Err(&error), took_ms, platform),
                    None => self.answered(Ok(&response), took_ms, platform),
                }
            }
            (_, Outcome::NoAnswer(error)) if self.is_sending() => {
                self.answered(Err(&error), took_ms, platform);
            }
            _ => {}
        }
    }

    /// Whether a request is under way, and not put off.
    fn is_sending(&self) -> bool {
        self.delivery.pause().is_none() && self.state.is_request()
    }

    /// An upload that is answered with success before all of it was sent: whatever the server has,
    /// it is not the file.
    fn is_cut_short(&self, response: &Response) -> Option<TransportError> {
        let State::Upload(upload) = &self.state else {
            return None;
        };
        let (status, sent, size) = (response.status, response.sent, upload.length());
        ((200..300).contains(&status) && sent < size).then(|| {
            TransportError::Other(format!(
                "the server answered {status} after {sent} of {size} bytes"
            ))
        })
    }

    fn answered(&mut self, answer: Answer, took_ms: u64, platform: &dyn Platform) {
        let moves_file = matches!(&self.state, State::Upload(upload) if upload.length() > 0);
        self.delivery.spend(took_ms, moves_file);
        self.note_server_support(answer);
        if self.follows_redirect(answer) {
            return;
        }
        match self.retry(answer) {
            Retry::Resend if self.schedule_retry(answer, platform) => return,
            Retry::CheckFirst if self.schedule_retry(answer, platform) => {
                let next = self.check_version(answer);
                self.transition(next);
                return;
            }
            _ => {}
        }
        let was_lost = matches!(self.state, State::FindLost(..));
        let was_upload = matches!(self.state, State::Upload(_));
        let next = self
            .on_response(answer, platform)
            .map_err(|failure| failure.given_up(self.delivery.given_up()));
        // Looking for a lost version is a part of the attempts to make it, and so are the pieces of a file.
        let goes_on = match &next {
            Ok(State::NewVersion(_) | State::FindLost(..)) => was_lost,
            Ok(State::Upload(_)) => was_upload,
            _ => false,
        };
        self.delivery.end(goes_on);
        self.transition(next);
    }

    /// Goes on to a state, or ends with a failure.
    fn transition(&mut self, next: Result<State, Failure>) {
        self.state = next.unwrap_or_else(|failure| State::Failed(self.completed(failure)));
    }

    /// A failure without secrets, and with what was published before it.
    fn completed(&self, failure: Failure) -> Failure {
        Failure {
            message: self.tokens.redact(&sanitize(&failure.message)),
            published: self.receipts.clone(),
            ..failure
        }
    }

    /// The job that the state is about.
    fn job(&self) -> Result<&Job, Failure> {
        self.jobs.get(self.current).ok_or_else(Failure::internal)
    }

    /// The same, to change it.
    fn job_mut(&mut self) -> Result<&mut Job, Failure> {
        let job = self.jobs.get_mut(self.current);
        job.ok_or_else(Failure::internal)
    }

    /// What an answer tells beside what it is asked for.
    fn note_server_support(&mut self, answer: Answer) {
        if let State::Upload(upload) = &mut self.state {
            upload.in_doubt |= retry::is_in_doubt(answer, false);
        }
        let is_asked = matches!(self.state, State::NewVersion(_));
        if let Ok(job) = self.job_mut() {
            job.progress.in_doubt |= is_asked && retry::is_in_doubt(answer, true);
            job.key_is_known |= answer.is_ok_and(|response| job.key.is_known_by(response));
        }
    }

    /// Sends the request to where it is redirected to, if that is a safe place and there is time.
    fn follows_redirect(&mut self, answer: Answer) -> bool {
        let Some(response) = answer.ok().filter(|r| (300..400).contains(&r.status)) else {
            return false;
        };
        let (Ok(job), Ok(request)) = (self.job(), self.request()) else {
            return false;
        };
        let base = job.atlas.base_url.clone();
        self.delivery.follow(&request, response, &base)
    }
}

#[cfg(test)]
mod tests;
