//! When a request has taken too long.

use std::time::{Duration, Instant};

use wasi::clocks::monotonic_clock::subscribe_duration;
use wasi::io::poll::{Pollable, poll};

use crate::contract::{Request, TransportError};

/// How often it is shown how far a file is.
pub(super) const INTERVAL: Duration = Duration::from_millis(100);
/// No time-out is longer.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// Watches a request's time-outs.
pub(super) struct Watch {
    idle: Duration,
    answer: Duration,
    idle_due: Instant,
    answer_due: Option<Instant>,
}

impl Watch {
    /// From now on. Until something moves, the connection may still be being made, whose time the runtime
    /// keeps.
    pub(super) fn new(request: &Request) -> Self {
        let idle = timeout(request.idle_timeout_ms);
        Self {
            idle,
            answer: timeout(request.answer_timeout_ms),
            idle_due: Instant::now() + timeout(request.connect_timeout_ms) + idle,
            answer_due: None,
        }
    }

    /// Something moved.
    pub(super) fn moved(&mut self) {
        self.idle_due = Instant::now() + self.idle;
    }

    /// All of the request was sent: the answer's time runs.
    pub(super) fn all_sent(&mut self) {
        self.answer_due = Some(Instant::now() + self.answer);
    }

    /// The answer may take as long as it moves.
    pub(super) fn saves(&mut self) {
        self.answer_due = None;
    }

    /// Waits until one of these is ready, but not longer than until progress is to be shown.
    pub(super) fn wait(&self, ready: &[&Pollable]) -> Result<(), TransportError> {
        let due = self
            .answer_due
            .map_or(self.idle_due, |due| due.min(self.idle_due));
        let left = due.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(TransportError::Timeout);
        }
        let left = u64::try_from(left.min(INTERVAL).as_nanos()).unwrap_or(u64::MAX);
        let timer = subscribe_duration(left);
        let mut all = ready.to_vec();
        all.push(&timer);
        poll(&all);
        Ok(())
    }
}

fn timeout(ms: u64) -> Duration {
    Duration::from_millis(ms).min(LONGEST)
}
