//! One version on its way from Atlas: it is found by a search, and its file is downloaded.
//!
//! - `query`: what is looked for; `field`: what of it matters
//! - `begin`: from these to a [`Fetch`]; `checkpoint`: how far a download has come
//! - `find`, `download`: what follows from each answer

mod begin;
mod checkpoint;
mod download;
mod field;
mod find;
mod query;

pub use begin::{Begun, Options};
pub use field::Field;
pub use query::Query;

use crate::atlas::search::Wanted;
use crate::atlas::{Atlas, Request, TransportError, download as endpoint, redirect, search};
use crate::delivery::{Delivery, is_passing};
use crate::diagnostic::Diagnostic;
use crate::platform::Platform;
use crate::sanitize::sanitize;
use crate::secrets::Secrets;
use crate::steps::{Achievement, Answer, Failure, FailureCode, Outcome, Step, Version};
use endpoint::Part;
use query::Target;

/// One version on its way from Atlas.
#[derive(Debug)]
pub struct Fetch {
    atlas: Atlas,
    target: Target,
    /// Whether its file is wanted, too.
    with_file: bool,
    /// What the host's file holds; none before the version is known, or if it holds nothing of use.
    part: Option<Part>,
    /// Whether a whole file that differed was thrown away before.
    began_anew: bool,
    delivery: Delivery,
    secrets: Secrets,
    /// What is to be said of how it was asked.
    warnings: Vec<Diagnostic>,
    state: State,
}

/// The step that is under way, or the end.
#[derive(Debug)]
enum State {
    /// Find the version.
    Find,
    /// See what there is instead; this is said if nothing better is known.
    FindOthers(Failure),
    /// Download the version's file.
    Download(Version),
    /// It is done.
    Done(Achievement),
    /// It could not be done.
    Failed(Failure),
}

impl Fetch {
    /// Warnings about how it was asked.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// A name for the file of a download: boxes are named as such, and most of the rest are archives.
    pub fn file_name(&self) -> String {
        let name = self.target.slug.name.as_str();
        match self.target.artifact_type.as_str() {
            "vagrant.box" => format!("{name}.box"),
            _ => format!("{name}.tar.gz"),
        }
    }

    /// What the host does next. Changes nothing.
    pub fn next(&self) -> Step {
        if let Some(pause) = self.delivery.pause() {
            return Step::Wait(pause.clone());
        }
        match (&self.state, self.request()) {
            (State::Done(achievement), _) => Step::Done(achievement.clone()),
            (State::Failed(failure), _) => Step::Failed(failure.clone()),
            (_, Some(request)) => Step::Send(request),
            (_, None) => Step::Failed(Failure::internal()),
        }
    }

    /// How the last step went. An outcome of another kind of step is ignored.
    pub fn respond(&mut self, outcome: Outcome, took_ms: u64, platform: &dyn Platform) {
        if matches!(self.state, State::Done(_) | State::Failed(_)) {
            return;
        }
        let is_sending = self.delivery.pause().is_none();
        match outcome {
            Outcome::NotKept(error) => {
                self.delivery.end_pause();
                let is_begun = self.part.as_ref().is_some_and(|part| part.saved > 0);
                self.transition(Err(Failure::not_kept(&error, None, is_begun)));
            }
            Outcome::Waited => self.delivery.end_pause(),
            Outcome::Answered(response) if is_sending => {
                self.answered(Ok(&response), took_ms, platform);
            }
            Outcome::NoAnswer(error) if is_sending => {
                self.answered(Err(&error), took_ms, platform);
            }
            _ => {}
        }
    }

    /// The request that is under way, to where it was redirected to.
    fn request(&self) -> Option<Request> {
        let mut request = self.original_request()?;
        if let Some(url) = self.delivery.redirects().last() {
            redirect::lead(&mut request, url, &self.atlas.base_url);
        }
        Some(request)
    }

    fn original_request(&self) -> Option<Request> {
        match &self.state {
            State::Find => Some(self.find_request()),
            State::FindOthers(_) => Some(search::request(
                &self.atlas,
                &self.target.slug,
                &self.target.artifact_type,
                &Wanted::Any,
                None,
                &[],
            )),
            State::Download(version) => Some(self.download_request(version)),
            State::Done(_) | State::Failed(_) => None,
        }
    }

    /// Looks for the version.
    fn find_request(&self) -> Request {
        let target = &self.target;
        search::request(
            &self.atlas,
            &target.slug,
            &target.artifact_type,
            &target.wanted,
            target.build.as_ref(),
            &target.metadata,
        )
    }

    /// Downloads the rest of the version's file.
    fn download_request(&self, version: &Version) -> Request {
        let part = self.part.clone().unwrap_or_default();
        endpoint::request(
            &self.atlas,
            &self.target.slug,
            &self.target.artifact_type,
            version.version,
            version.size,
            &part,
        )
    }

    fn answered(&mut self, answer: Answer, took_ms: u64, platform: &dyn Platform) {
        let is_download = matches!(self.state, State::Download(_));
        self.delivery.spend(took_ms, is_download);
        if let (Ok(response), Some(request)) = (answer, self.request())
            && (300..400).contains(&response.status)
            && self
                .delivery
                .follow(&request, response, &self.atlas.base_url)
        {
            return;
        }
        let may_wait = !matches!(self.state, State::FindOthers(_));
        if may_wait && is_passing(answer) && self.put_off(answer, platform) {
            return;
        }
        // Whoever leaves no state behind has failed.
        let state = std::mem::replace(&mut self.state, State::Failed(Failure::internal()));
        let next = match state {
            State::Find => self.on_found(answer),
            State::FindOthers(failure) => Err(self.with_others(failure, answer)),
            State::Download(version) => match self.on_downloaded(version, answer, platform) {
                // The rest of the file is still to come.
                Ok(State::Download(version)) => {
                    self.state = State::Download(version);
                    return;
                }
                next => next,
            },
            State::Done(_) | State::Failed(_) => Err(Failure::internal()),
        };
        let next = next.map_err(|failure| failure.given_up(self.delivery.given_up()));
        self.delivery.end(false);
        self.transition(next);
    }

    /// Lets the request wait before it is sent again, if the policy allows it.
    fn put_off(&mut self, answer: Answer, platform: &dyn Platform) -> bool {
        let reason = match answer {
            Ok(response) => format!("the server answered {}", response.status),
            Err(error) => self.shown(&error.to_string()),
        };
        self.delivery.put_off(reason, answer.ok(), platform)
    }

    /// Goes on to a state, or ends with a failure.
    fn transition(&mut self, next: Result<State, Failure>) {
        self.state = next.unwrap_or_else(|failure| {
            let message = self.shown(&failure.message);
            State::Failed(Failure { message, ..failure })
        });
    }

    /// A text from elsewhere, without the token and without where downloads are redirected to.
    fn shown(&self, text: &str) -> String {
        let text = self.secrets.redact(&sanitize(text));
        let mut secrets = Secrets::default();
        for url in self.delivery.redirects() {
            secrets.add_url(url);
        }
        secrets.redact(&text)
    }
}

/// Nothing was answered to this request.
fn no_answer(request: &Request, error: &TransportError) -> Failure {
    match error {
        TransportError::BodyNotSaved(error) => {
            let message = format!("the file can't be written: {error}");
            Failure::new(FailureCode::FileNotWritten, message)
        }
        error => Failure::transport(Some(request), error),
    }
}

#[cfg(test)]
mod tests;
