//! One build's artifact on its way into Atlas: which request comes next.
//!
//! For each post-processor: find the artifact, create it if there is none, make a new version,
//! upload the file; at the end, see that all of it is there. Before the first of these every token
//! is verified, as Packer did when it configured its post-processors
//! (`tests/golden/traces/chain-sequence.json`).
//!
//! - `begin`, `resume`: from configurations, and perhaps a `checkpoint`, to a publication
//! - `state`: where it is; `requests`: what each state sends; `answers`: what follows
//! - `patience`: trying again; `lost`: the version that an answer was lost about

mod answers;
mod begin;
mod checkpoint;
mod failure;
mod job;
mod lost;
mod patience;
mod payload;
mod requests;
mod resume;
mod state;
mod step;

pub use failure::{Failure, FailureCode};
pub use patience::Patience;
pub use step::{Outcome, Pause, Receipt, Step};

use crate::atlas::redirect::{self, MOST_REDIRECTS};
use crate::atlas::{Response, TransportError, tamed};
use crate::diagnostic::Diagnostic;
use crate::surroundings::Surroundings;
use job::Job;
use patience::{Attempts, Verdict};
use payload::Payload;
use state::{Lost, State};

/// One build's artifact on its way into Atlas.
#[derive(Debug)]
pub struct Publication {
    jobs: Vec<Job>,
    warnings: Vec<Diagnostic>,
    state: State,
    receipts: Vec<Receipt>,
    /// Bytes of the archive of the build's artifact, once the host has made it.
    packed: Option<u64>,
    options: Options,
    /// What has been tried of the request that is under way.
    attempts: Attempts,
    /// The pause before it is sent again, if there is one now.
    pause: Option<Pause>,
    /// Where it was redirected to.
    redirected: Option<Redirected>,
}

/// How to publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How long requests are tried again.
    pub patience: Patience,
    /// Whether to see, before it is said to be done, that Atlas lists what was published.
    pub confirm: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            patience: Patience::default(),
            confirm: true,
        }
    }
}

/// Where a request was redirected to.
#[derive(Debug)]
struct Redirected {
    url: String,
    times: u32,
}

/// What came of a request.
type Answer<'a> = Result<&'a Response, &'a TransportError>;

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
        match (&self.state, outcome) {
            (_, Outcome::Waited) => self.pause = None,
            (State::Pack(index, _), Outcome::Packed(size)) => {
                let index = *index;
                self.packed = Some(size);
                let next = self.new_version(index, surroundings);
                self.enter(next, None);
            }
            (State::Pack(..), Outcome::NotPacked(reason)) => {
                self.enter(Err(Failure::files(FailureCode::NotPacked, &reason)), None);
            }
            (_, Outcome::Answered(response)) if self.is_sending() => {
                self.answered(Ok(&response), surroundings);
            }
            (_, Outcome::NoAnswer(error)) if self.is_sending() => {
                self.answered(Err(&error), surroundings);
            }
            _ => {}
        }
    }

    /// Whether a request is under way, and not put off.
    fn is_sending(&self) -> bool {
        self.pause.is_none() && self.state.is_request()
    }

    fn answered(&mut self, answer: Answer, surroundings: &dyn Surroundings) {
        self.learn(answer);
        if self.follows_redirect(answer) {
            return;
        }
        match self.verdict(answer) {
            Verdict::Again if self.put_off(answer, surroundings) => return,
            Verdict::Look if self.put_off(answer, surroundings) => {
                let lost = Lost {
                    failure: self.no_version(answer),
                    may_repeat: answer.map_or(true, |response| response.status >= 300),
                };
                self.look_for(lost);
                return;
            }
            _ => {}
        }
        // Looking for a lost version is a part of the attempts to make it.
        let goes_on = matches!(self.state, State::FindLost(..));
        let next = self.after(answer, surroundings);
        let attempts = std::mem::take(&mut self.attempts);
        self.redirected = None;
        self.enter(next, attempts.given_up_after());
        if goes_on && matches!(self.state, State::NewVersion(..)) {
            self.attempts = attempts;
        }
    }

    /// Goes on to a state, or ends with a failure.
    fn enter(&mut self, next: Result<State, Failure>, given_up_after: Option<u32>) {
        self.state = next.unwrap_or_else(|failure| {
            let mut failure = failure.after_attempts(given_up_after);
            failure.message = self.redacted(&tamed(&failure.message));
            failure.published.clone_from(&self.receipts);
            State::Failed(failure)
        });
    }

    /// What an answer tells beside what it is asked for.
    fn learn(&mut self, answer: Answer) {
        let Some(job) = self.state.job().and_then(|index| self.jobs.get_mut(index)) else {
            return;
        };
        if let Ok(response) = answer {
            job.key_is_known |= job.key.is_known_by(response);
        }
        match &mut self.state {
            State::NewVersion(..) => job.making.in_doubt |= patience::is_in_doubt(answer, true),
            State::Upload(_, upload) => upload.in_doubt |= patience::is_in_doubt(answer, false),
            _ => {}
        }
    }

    /// Sends the request to where it is redirected to, if that is a safe place.
    fn follows_redirect(&mut self, answer: Answer) -> bool {
        let Some(response) = answer.ok().filter(|r| (300..400).contains(&r.status)) else {
            return false;
        };
        let times = self.redirected.as_ref().map_or(0, |r| r.times) + 1;
        let job = self.state.job().and_then(|index| self.jobs.get(index));
        let goal = job
            .zip(self.request())
            .filter(|_| times <= MOST_REDIRECTS)
            .and_then(|(job, request)| redirect::follow(&request, response, &job.atlas.base_url));
        let Some(url) = goal else {
            return false;
        };
        self.redirected = Some(Redirected { url, times });
        true
    }

    /// Lets the request wait before it is sent again, if there is patience left.
    fn put_off(&mut self, answer: Answer, surroundings: &dyn Surroundings) -> bool {
        let retry_after = answer
            .ok()
            .and_then(|response| patience::retry_after_ms(response, surroundings.now()));
        let patience = self.options.patience;
        let wait = self.attempts.next_wait(patience, retry_after, surroundings);
        self.pause = wait.map(|ms| Pause {
            ms,
            reason: match answer {
                Ok(response) if response.status >= 300 => {
                    format!("the server answered {}", response.status)
                }
                Ok(_) if matches!(self.state, State::Confirm(_)) => {
                    "Atlas does not list the version yet".into()
                }
                Ok(_) => "the answer can't be read".into(),
                Err(error) => self.redacted(&tamed(&error.to_string())),
            },
        });
        if self.pause.is_some() {
            self.redirected = None;
        }
        self.pause.is_some()
    }

    /// A text without the tokens: servers may repeat what they were sent.
    fn redacted(&self, text: &str) -> String {
        let tokens = self.jobs.iter().map(|job| &job.atlas.token);
        tokens.fold(text.to_owned(), |text, token| token.redact(&text))
    }
}

#[cfg(test)]
mod tests;
