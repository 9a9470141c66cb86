//! How often a request is tried, how long to wait in between, when to give up.

use crate::atlas::{ANSWER_TIMEOUT_MS, CONNECT_TIMEOUT_MS};
use crate::platform::Platform;

/// How long a request that fails for a passing reason is sent again.
///
/// With the default policy and the time-outs of `atlas`, a server that answers as slowly as it may
/// keeps a host
/// - with a request of the API for less than 8 minutes: the last attempt, or the last redirect that
///   is followed, begins within 5 minutes, and takes 30 s to connect, 60 s to take the request and
///   60 s to answer;
/// - with an upload or download, beside the time in which the file moves, for at most 11 minutes: of each
///   attempt 45 s count, so that at most 7 begin within 5 minutes, and each takes 30 s to connect and
///   60 s to answer; with the pauses between them, that is 7 x 90 s + 30 s.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How often one request is sent at most.
    pub attempts: u32,
    /// How many milliseconds may pass at most from the first attempt of one request to the last, but
    /// for those in which a file is sent or received.
    pub timeout_ms: u64,
}

impl Default for RetryPolicy {
    /// Eight attempts: half a minute of waiting on average, or what Retry-After asks for, up to five
    /// minutes.
    fn default() -> Self {
        Self {
            attempts: 8,
            timeout_ms: 300_000,
        }
    }
}

/// The longest wait after a first failure. It doubles with every further one …
const FIRST_MS: u64 = 500;

/// … up to this.
const LONGEST_MS: u64 = 15_000;

/// How much of an attempt that moves a file counts at most: how long a file takes says nothing about
/// the server, and which part of the time was the file's is not known. Half of what the rest may take
/// leaves large files nearly all attempts, and slow answers few.
const MOST_OF_FILE_MS: u64 = (CONNECT_TIMEOUT_MS + ANSWER_TIMEOUT_MS) / 2;

/// What has been tried of the request that is under way.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    failed: u32,
    spent_ms: u64,
    given_up: Option<String>,
}

impl Attempts {
    /// Why no further attempt was made, if there could have been one, to stand behind a message.
    pub(super) fn given_up(&self) -> Option<&str> {
        self.given_up.as_deref()
    }

    /// Counts the time that a request took, which may have moved a file.
    pub(super) fn spend(&mut self, took_ms: u64, moves_file: bool) {
        let counted = match moves_file {
            true => took_ms.min(MOST_OF_FILE_MS),
            false => took_ms,
        };
        self.spent_ms = self.spent_ms.saturating_add(counted);
    }

    /// Whether there is no time left.
    pub(super) fn took_too_long(&self, policy: RetryPolicy) -> bool {
        self.spent_ms > policy.timeout_ms
    }

    /// Counts a failure. How many milliseconds to wait before the next attempt; `None` when it is
    /// time to give up. The wait is drawn evenly from zero to a limit that doubles ("full jitter"),
    /// so that many clients do not come back together; a Retry-After is waited for in any case.
    pub(super) fn next_wait(
        &mut self,
        policy: RetryPolicy,
        retry_after_ms: Option<u64>,
        platform: &dyn Platform,
    ) -> Option<u64> {
        self.failed += 1;
        let doubled = FIRST_MS.saturating_mul(1 << (self.failed - 1).min(16));
        let mut random = [0; 8];
        platform.random(&mut random);
        let jitter = u64::from_le_bytes(random) % (doubled.min(LONGEST_MS) + 1);
        let wait = jitter.max(retry_after_ms.unwrap_or(0));
        let left_ms = policy.timeout_ms.saturating_sub(self.spent_ms);
        self.spent_ms = self.spent_ms.saturating_add(wait);
        if self.failed < policy.attempts && !self.took_too_long(policy) {
            return Some(wait);
        }
        let mut why = String::new();
        if self.failed > 1 {
            why = format!("tried {} times", self.failed);
        }
        if let Some(asked_ms) = retry_after_ms.filter(|asked_ms| *asked_ms > left_ms) {
            let separator = if why.is_empty() { "" } else { "; " };
            why += &format!(
                "{separator}the server asks to wait {} s, longer than the {} s allowed",
                asked_ms / 1000,
                left_ms / 1000
            );
        }
        self.given_up = Some(why).filter(|why| !why.is_empty());
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::fixed::Fixed;

    #[test]
    fn waits_are_bounded_in_number_and_sum() {
        let policy = RetryPolicy::default();
        let mut attempts = Attempts::default();
        let mut waits = Vec::new();
        while let Some(wait) = attempts.next_wait(policy, None, &Fixed::default()) {
            waits.push(wait);
        }
        assert_eq!(waits.len() as u32, policy.attempts - 1);
        for (n, wait) in waits.iter().enumerate() {
            assert!(*wait <= (500 << n).min(LONGEST_MS), "{waits:?}");
        }
        assert_eq!(attempts.given_up(), Some("tried 8 times"));
        let wait = |spent_ms, retry_after_ms| {
            let mut attempts = Attempts::default();
            attempts.spend(spent_ms, false);
            attempts.next_wait(policy, retry_after_ms, &Fixed::default())
        };
        assert_eq!(wait(0, Some(9000)), Some(9000));
        assert_eq!(wait(policy.timeout_ms + 1, None), None);
        assert_eq!(wait(policy.timeout_ms - 1000, Some(2000)), None);
    }

    #[test]
    fn what_the_server_asks_for_is_named_if_it_is_too_long() {
        let given_up = |spent_ms, failed, asked_ms| {
            let mut attempts = Attempts {
                failed,
                ..Attempts::default()
            };
            attempts.spend(spent_ms, false);
            let wait = attempts.next_wait(RetryPolicy::default(), asked_ms, &Fixed::default());
            assert_eq!(wait, None);
            attempts.given_up.unwrap_or_default()
        };
        let asked = "the server asks to wait 3600 s, longer than the";
        let hour = Some(3_600_000);
        assert_eq!(given_up(0, 0, hour), format!("{asked} 300 s allowed"));
        let left = format!("tried 3 times; {asked} 180 s allowed");
        assert_eq!(given_up(120_000, 2, hour), left);
        assert_eq!(given_up(300_001, 0, None), "");
    }
}
