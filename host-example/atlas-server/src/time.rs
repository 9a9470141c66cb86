//! Points in time, as the protocol and the database write them: RFC 3339, UTC, whole seconds.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};

/// Now.
pub(crate) fn now() -> String {
    text(Utc::now())
}

/// So long from now, as far as the calendar goes.
pub(crate) fn after(duration: Duration) -> String {
    let later = chrono::TimeDelta::from_std(duration)
        .ok()
        .and_then(|duration| Utc::now().checked_add_signed(duration));
    text(later.unwrap_or(DateTime::<Utc>::MAX_UTC))
}

/// So long before now, as far back as there are computers.
pub(crate) fn before(duration: Duration) -> String {
    let earlier = chrono::TimeDelta::from_std(duration)
        .ok()
        .and_then(|duration| Utc::now().checked_sub_signed(duration));
    text(earlier.unwrap_or(DateTime::<Utc>::UNIX_EPOCH))
}

/// So many days ago.
pub(crate) fn days_ago(days: i64) -> String {
    let seconds = u64::try_from(days)
        .unwrap_or(0)
        .saturating_mul(24 * 60 * 60);
    before(Duration::from_secs(seconds))
}

/// Reads any RFC 3339 time of the years 0 to 9999. As text, what it returns sorts by time.
pub(crate) fn parse(given: &str) -> Option<String> {
    let time = DateTime::parse_from_rfc3339(given).ok()?;
    Some(text(time.to_utc())).filter(|text| text.len() == "2000-01-01T00:00:00Z".len())
}

fn text(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc_and_sort_as_text() {
        assert_eq!(
            parse("2026-01-02T03:04:05.6+02:00").unwrap(),
            "2026-01-02T01:04:05Z"
        );
        for wrong in ["", "2026-01-02", "tomorrow", "2026-13-02T03:04:05Z"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
        assert!(days_ago(1) < now() && now() < after(Duration::from_secs(60)));
        assert_eq!(parse(&now()).unwrap(), now());
    }
}
