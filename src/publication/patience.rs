//! Trying again: what is worth it, how long to wait, when to give up.

use super::{Answer, Publication, State};
use crate::atlas::{ApiError, Response, TransportError, create_version, search};
use crate::surroundings::Surroundings;

/// How long a request is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How often one request is sent at most.
    pub attempts: u32,
    /// How many milliseconds are waited at most between the attempts of one request, in sum.
    pub total_ms: u64,
}

impl Default for Patience {
    /// Eight attempts: half a minute of waiting on average, or what Retry-After asks for, up to five
    /// minutes.
    fn default() -> Self {
        Self {
            attempts: 8,
            total_ms: 300_000,
        }
    }
}

/// The longest wait after a first failure. It doubles with every further one …
const FIRST_MS: u64 = 500;

/// … up to this.
const LONGEST_MS: u64 = 15_000;

/// What has been tried of the request that is under way.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Attempts {
    failed: u32,
    waited_ms: u64,
    given_up: bool,
}

impl Attempts {
    /// How many attempts were made, if they were too many or took too long.
    pub(super) fn given_up_after(self) -> Option<u32> {
        self.given_up.then_some(self.failed)
    }

    /// Counts a failure. How many milliseconds to wait before the next attempt; `None` when it is
    /// time to give up. The wait is drawn evenly from zero to a limit that doubles ("full jitter"),
    /// so that many clients do not come back together; a Retry-After is waited for in any case.
    pub(super) fn next_wait(
        &mut self,
        patience: Patience,
        retry_after_ms: Option<u64>,
        surroundings: &dyn Surroundings,
    ) -> Option<u64> {
        self.failed += 1;
        let doubled = FIRST_MS.saturating_mul(1 << (self.failed - 1).min(16));
        let mut random = [0; 8];
        surroundings.random(&mut random);
        let jitter = u64::from_le_bytes(random) % (doubled.min(LONGEST_MS) + 1);
        let wait = jitter.max(retry_after_ms.unwrap_or(0));
        self.waited_ms = self.waited_ms.saturating_add(wait);
        self.given_up = self.failed >= patience.attempts || self.waited_ms > patience.total_ms;
        (!self.given_up).then_some(wait)
    }
}

/// What to do after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The same again, after a while.
    Again,
    /// See whether it was done, after a while, and only then do it again.
    Look,
    /// Go on, or end.
    Final,
}

impl Publication {
    /// What to do after this answer, as long as there is patience.
    pub(super) fn verdict(&self, answer: Answer) -> Verdict {
        let job = |index: &usize| self.jobs.get(*index);
        let again = match &self.state {
            // Without these it is gone on with less, but gone on.
            State::FindLatest(..) | State::CheckUpload(..) => false,
            State::NewVersion(index, _) => {
                let key_is_known = job(index).is_some_and(|job| job.key_is_known);
                let can_look = job(index).is_some_and(|job| job.making.before.is_some());
                let is_in_doubt = is_in_doubt(answer, true);
                // By these a server says that it did nothing. Where that can be seen, it is seen to.
                let is_denied =
                    answer.is_ok_and(|response| matches!(response.status, 425 | 429 | 503));
                if can_look && !key_is_known && (is_in_doubt || is_denied) {
                    return Verdict::Look;
                }
                match is_in_doubt {
                    true => key_is_known || is_denied,
                    false => is_passing(answer),
                }
            }
            State::Confirm(index) => !self.is_confirmed(*index, answer),
            _ => is_passing(answer),
        };
        if again {
            Verdict::Again
        } else {
            Verdict::Final
        }
    }

    /// Whether this answer tells that what was published is there, or will never be listed.
    fn is_confirmed(&self, index: usize, answer: Answer) -> bool {
        match (answer.map(search::read), self.receipts.get(index)) {
            (Ok(Ok(listing)), Some(receipt)) => listing.version(receipt.version).is_some(),
            (Ok(Err(ApiError::Unreadable { .. })), _) => false,
            _ => !is_passing(answer),
        }
    }
}

/// Whether it may go better the next time.
fn is_passing(answer: Answer) -> bool {
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
            | TransportError::BodyUnreadable(_) => false,
        },
    }
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

/// What Retry-After asks for, in milliseconds: a number of seconds or a date (RFC 9110, 10.2.3).
pub(super) fn retry_after_ms(response: &Response, now: u64) -> Option<u64> {
    let value = response.header("retry-after")?.trim();
    let seconds = match value.parse::<u64>() {
        Ok(seconds) => seconds,
        Err(_) => http_date(value)?.saturating_sub(now),
    };
    Some(seconds.saturating_mul(1000))
}

/// Reads a date in the form that is sent today, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7),
/// as seconds since 1970.
fn http_date(text: &str) -> Option<u64> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let mut words = text.split_once(", ")?.1.split(' ');
    let number = |word: Option<&str>| word?.parse::<u64>().ok();
    let day = number(words.next())?;
    let month = words.next().filter(|name| name.len() == 3)?;
    let month = MONTHS.find(month).filter(|at| at % 3 == 0)? as u64 / 3 + 1;
    let year = number(words.next()).filter(|year| (1970..=9999).contains(year))?;
    let mut time = words.next()?.split(':');
    let (hour, minute) = (number(time.next())?, number(time.next())?);
    let second = number(time.next())?;
    let plausible = (1..=31).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    if words.next() != Some("GMT") || !plausible {
        return None;
    }
    // Days since 1970-01-01 of a date in the Gregorian calendar, years counted from March.
    let (y, m) = match month {
        1 | 2 => (year - 1, month + 9),
        _ => (year, month - 3),
    };
    let days = y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1;
    let days = days.checked_sub(719_468)?;
    Some(days * 86_400 + hour * 3600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surroundings::fixed::Fixed;

    fn after(value: &str) -> Option<u64> {
        let response = Response {
            status: 503,
            headers: vec![("Retry-After".into(), value.into())],
            body: Vec::new(),
            sent_sha256: None,
        };
        retry_after_ms(&response, 784_111_770)
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(after("3"), Some(3000));
        assert_eq!(after("Sun, 06 Nov 1994 08:49:37 GMT"), Some(7000));
        assert_eq!(
            after("Sun, 06 Nov 1994 08:00:00 GMT"),
            Some(0),
            "it is past"
        );
        assert_eq!(
            after("Tue, 29 Feb 2000 00:00:00 GMT"),
            Some((951_782_400 - 784_111_770) * 1000)
        );
        for nonsense in [
            "",
            "soon",
            "-1",
            "Sun, 99 Nov 1994 08:49:37 GMT",
            "x, 06 anF 1994 08:49:37 GMT",
        ] {
            assert_eq!(after(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn waits_are_bounded_in_number_and_sum() {
        let patience = Patience::default();
        let mut attempts = Attempts::default();
        let mut waits = Vec::new();
        while let Some(wait) = attempts.next_wait(patience, None, &Fixed::default()) {
            waits.push(wait);
        }
        assert_eq!(waits.len() as u32, patience.attempts - 1);
        for (n, wait) in waits.iter().enumerate() {
            assert!(*wait <= (500 << n).min(LONGEST_MS), "{waits:?}");
        }
        let mut attempts = Attempts::default();
        let hour = Some(3_600_000);
        assert_eq!(attempts.next_wait(patience, hour, &Fixed::default()), None);
        let mut attempts = Attempts::default();
        assert_eq!(
            attempts.next_wait(patience, Some(9000), &Fixed::default()),
            Some(9000)
        );
    }
}
