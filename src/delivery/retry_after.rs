//! The time that a server asks to wait.

use crate::atlas::Response;

/// What Retry-After asks for, in milliseconds: a number of seconds or a date (RFC 9110, 10.2.3).
pub(super) fn retry_after_ms(response: &Response, now: u64) -> Option<u64> {
    let value = response.header("retry-after")?.trim();
    let seconds = match value.parse::<u64>() {
        Ok(seconds) => seconds,
        Err(_) => http_date(value)?.saturating_sub(now),
    };
    Some(seconds.saturating_mul(1000))
}

/// Reads a date in one of the three forms of RFC 9110, 5.6.7, as seconds since 1970:
/// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`.
///
/// The crate `httpdate` does the same, and makes the component 8 KB larger.
fn http_date(text: &str) -> Option<u64> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let words = text.split([' ', ',', '-']).filter(|word| !word.is_empty());
    let words: Vec<_> = words.collect();
    let (day, month, year, time) = match *words.as_slice() {
        [_, day, month, year, time, "GMT"] => (day, month, year, time),
        [_, month, day, time, year] => (day, month, year, time),
        _ => return None,
    };
    let number = |word: &str| word.parse::<u64>().ok();
    let day = number(day)?;
    let month = Some(month).filter(|name| name.len() == 3)?;
    let month = MONTHS.find(month).filter(|at| at % 3 == 0)? as u64 / 3 + 1;
    let year = match number(year)? {
        year @ 0..70 => year + 2000,
        year @ 70..100 => year + 1900,
        year => Some(year).filter(|year| (1970..=9999).contains(year))?,
    };
    let mut time = time.split(':').map(number);
    let (hour, minute, second) = (time.next()??, time.next()??, time.next()??);
    if !(1..=31).contains(&day) || hour >= 24 || minute >= 60 || second > 60 {
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

    fn after(value: &str) -> Option<u64> {
        let response = Response {
            status: 503,
            headers: vec![("Retry-After".into(), value.into())],
            body: Vec::new(),
            ..Response::default()
        };
        retry_after_ms(&response, 784_111_770)
    }

    #[test]
    fn it_is_seconds_or_a_date() {
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
    fn dates_have_three_forms() {
        assert_eq!(after("Sunday, 06-Nov-94 08:49:37 GMT"), Some(7000));
        assert_eq!(after("Sun Nov  6 08:49:37 1994"), Some(7000));
        let later = Some((1_801_353_600 - 784_111_770) * 1000);
        assert_eq!(after("Sunday, 31-Jan-27 00:00:00 GMT"), later);
    }
}
