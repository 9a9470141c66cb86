//! When a request is sent again.

use super::Publication;
use super::state::State;
use crate::atlas::{TransportError, create_version};
use crate::delivery::is_passing;
use crate::platform::Platform;
use crate::sanitize::sanitize;
use crate::steps::Answer;

/// What to do after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Retry {
    /// The same again, after a while.
    Resend,
    /// See whether it was done, after a while, and only then do it again.
    CheckFirst,
    /// Go on, or end.
    Stop,
}

/// Whether what was asked for may be done, although the answer does not say so. An upload and a
/// creation can be repeated all the same; a version is made anew with each request, unless the
/// server knows the request again. An answer about a new version must also be readable.
pub(super) fn is_in_doubt(answer: Answer, is_version: bool) -> bool {
    match answer {
        Ok(response) if is_version && response.status < 300 => {
            create_version::read(response).is_err()
        }
        Ok(response) => matches!(response.status, 408 | 500 | 502 | 503 | 504),
        Err(error) => matches!(
            error,
            TransportError::Timeout
                | TransportError::Interrupted
                | TransportError::ResponseTooLarge
                | TransportError::Other(_)
        ),
    }
}

impl Publication {
    /// What to do after this answer, as long as the policy allows it.
    pub(super) fn retry(&self, answer: Answer) -> Retry {
        let again = match &self.state {
            // Optional requests: on failure continue without them.
            State::FindLatest(_) | State::CheckUpload(..) => false,
            State::NewVersion(_) => {
                let Ok(job) = self.job() else {
                    return Retry::Stop;
                };
                let is_in_doubt = is_in_doubt(answer, true);
                // These statuses mean that nothing was done; verify by a search where possible.
                let is_denied =
                    answer.is_ok_and(|response| matches!(response.status, 425 | 429 | 503));
                let can_look = job.progress.before.is_some() && !job.key_is_known;
                if can_look && (is_in_doubt || is_denied) {
                    return Retry::CheckFirst;
                }
                match is_in_doubt {
                    true => job.key_is_known || is_denied,
                    false => is_passing(answer),
                }
            }
            // A piece that does not fit: the server has another part of the file than is thought.
            State::Upload(upload) if upload.is_misplaced(answer) => true,
            State::Confirm => is_passing(answer) || !self.is_listed(answer),
            _ => is_passing(answer),
        };
        if again { Retry::Resend } else { Retry::Stop }
    }

    /// Lets the request wait before it is sent again, if the policy allows it.
    pub(super) fn schedule_retry(&mut self, answer: Answer, platform: &dyn Platform) -> bool {
        let reason = match answer {
            Ok(response) if response.status >= 300 => {
                format!("the server answered {}", response.status)
            }
            Ok(_) if matches!(self.state, State::Confirm) => {
                "Atlas does not list the version yet".into()
            }
            Ok(_) => "the answer can't be read".into(),
            Err(error) => {
                let error = sanitize(&error.to_string());
                let error = match &self.state {
                    State::Upload(upload) => self.without_url(upload, &error),
                    _ => error,
                };
                self.tokens.redact(&error)
            }
        };
        let is_put_off = self.delivery.put_off(reason, answer.ok(), platform);
        if let (State::Upload(upload), true) = (&mut self.state, is_put_off) {
            upload.may_expire = true;
            if let Some(pieces) = &mut upload.pieces {
                pieces.look_first();
            }
        }
        is_put_off
    }
}
