//! One request on its way to an answer that counts: its attempts, the pauses between them, its
//! redirects. Whether it is worth another attempt is for the one who asks to say.

mod attempts;
mod retry_after;

pub use attempts::RetryPolicy;

use crate::atlas::redirect::{self, MOST_REDIRECTS};
use crate::atlas::{BaseUrl, Request, Response, TransportError};
use crate::platform::Platform;
use crate::steps::{Answer, Pause};
use attempts::Attempts;

/// So many bytes of a file are worth all attempts again. Of a server that takes or gives fewer with each
/// attempt the same is not asked for ever.
const PROGRESS: u64 = 1 << 20;

/// The request that is under way.
#[derive(Debug, Default)]
pub struct Delivery {
    policy: RetryPolicy,
    attempts: Attempts,
    /// The pause before it is sent again, if there is one now.
    pause: Option<Pause>,
    /// Where it was redirected to, the last one last.
    redirects: Vec<String>,
}

impl Delivery {
    /// Nothing is under way yet.
    pub fn new(policy: RetryPolicy) -> Self {
        Self {
            policy,
            ..Self::default()
        }
    }

    /// The pause before it is sent again, if there is one now.
    pub fn pause(&self) -> Option<&Pause> {
        self.pause.as_ref()
    }

    /// The pause is over.
    pub fn end_pause(&mut self) {
        self.pause = None;
    }

    /// Where it was redirected to, the last one last.
    pub fn redirects(&self) -> &[String] {
        &self.redirects
    }

    /// Counts the time that an attempt took, which may have moved a file.
    pub fn spend(&mut self, took_ms: u64, moves_file: bool) {
        self.attempts.spend(took_ms, moves_file);
    }

    /// Whether the answer is a redirect to a safe place, and there is time. Then that is where it is sent to.
    pub fn follow(&mut self, request: &Request, response: &Response, base: &BaseUrl) -> bool {
        if self.redirects.len() >= MOST_REDIRECTS || self.attempts.took_too_long(self.policy) {
            return false;
        }
        let goal = redirect::follow(request, response, base);
        let is_followed = goal.is_some();
        self.redirects.extend(goal);
        is_followed
    }

    /// Lets it wait before it is sent again, if the policy allows it. Then it is sent to where it was
    /// sent first.
    pub fn put_off(
        &mut self,
        reason: String,
        response: Option<&Response>,
        platform: &dyn Platform,
    ) -> bool {
        let retry_after = response.and_then(|r| retry_after::retry_after_ms(r, platform.now()));
        let wait = self.attempts.next_wait(self.policy, retry_after, platform);
        let Some(ms) = wait else { return false };
        self.pause = Some(Pause { ms, reason });
        self.redirects.clear();
        true
    }

    /// Why no further attempt was made, if there could have been one, to stand behind a message.
    pub fn given_up(&self) -> Option<&str> {
        self.attempts.given_up()
    }

    /// So many bytes more have arrived: if that is worth it, what comes next has all attempts.
    pub fn advance(&mut self, bytes: u64) {
        if bytes >= PROGRESS {
            self.attempts = Attempts::default();
        }
    }

    /// It is at its end. What comes next has all attempts, or is another part of the same one.
    pub fn end(&mut self, is_part: bool) {
        self.redirects.clear();
        if !is_part {
            self.attempts = Attempts::default();
        }
    }
}

/// Whether it may go better the next time.
pub fn is_passing(answer: Answer) -> bool {
    match answer {
        Ok(response) => matches!(response.status, 408 | 425 | 429 | 500 | 502 | 503 | 504),
        Err(error) => match error {
            TransportError::Refused
            | TransportError::Dns
            | TransportError::Timeout
            | TransportError::Interrupted
            | TransportError::Other(_) => true,
            TransportError::Tls(_)
            | TransportError::ResponseTooLarge
            | TransportError::BodyUnreadable(_)
            | TransportError::BodyNotSaved(_) => false,
        },
    }
}
