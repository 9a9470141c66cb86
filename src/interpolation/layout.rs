//! Times in UTC written by Go's layouts: a layout is how the reference time, Mon Jan 2 15:04:05 MST
//! 2006, would be written. See "Constants" in the documentation of Go's `time`.

/// The layout of `isotime` without arguments.
pub(super) const RFC3339: &str = "2006-01-02T15:04:05Z07:00";

/// A time, cut into what layouts write.
struct Time {
    year: u64,
    /// From 1.
    month: u64,
    day: u64,
    year_day: u64,
    hour: u64,
    minute: u64,
    second: u64,
    month_name: &'static str,
    day_name: &'static str,
}

/// A piece of a layout that stands for a part of the time.
#[derive(Clone, Copy)]
enum Piece {
    Number(fn(&Time) -> u64),
    ZeroPadded(fn(&Time) -> u64, usize),
    SpacePadded(fn(&Time) -> u64, usize),
    Name(fn(&Time) -> &'static str),
    /// The start of a name.
    Short(fn(&Time) -> &'static str),
    Fixed(&'static str),
}

/// What stands for what; of two that fit, the first one counts. The zone is always UTC.
static PIECES: &[(&str, Piece)] = &[
    ("January", Piece::Name(|t| t.month_name)),
    ("Jan", Piece::Short(|t| t.month_name)),
    ("Monday", Piece::Name(|t| t.day_name)),
    ("Mon", Piece::Short(|t| t.day_name)),
    ("MST", Piece::Fixed("UTC")),
    ("01", Piece::ZeroPadded(|t| t.month, 2)),
    ("02", Piece::ZeroPadded(|t| t.day, 2)),
    ("03", Piece::ZeroPadded(hour12, 2)),
    ("04", Piece::ZeroPadded(|t| t.minute, 2)),
    ("05", Piece::ZeroPadded(|t| t.second, 2)),
    ("06", Piece::ZeroPadded(|t| t.year % 100, 2)),
    ("002", Piece::ZeroPadded(|t| t.year_day, 3)),
    ("15", Piece::ZeroPadded(|t| t.hour, 2)),
    ("1", Piece::Number(|t| t.month)),
    ("2006", Piece::ZeroPadded(|t| t.year, 4)),
    ("2", Piece::Number(|t| t.day)),
    ("_2", Piece::SpacePadded(|t| t.day, 2)),
    ("__2", Piece::SpacePadded(|t| t.year_day, 3)),
    ("3", Piece::Number(hour12)),
    ("4", Piece::Number(|t| t.minute)),
    ("5", Piece::Number(|t| t.second)),
    ("PM", Piece::Name(|t| if t.hour < 12 { "AM" } else { "PM" })),
    ("pm", Piece::Name(|t| if t.hour < 12 { "am" } else { "pm" })),
    ("-070000", Piece::Fixed("+000000")),
    ("-07:00:00", Piece::Fixed("+00:00:00")),
    ("-0700", Piece::Fixed("+0000")),
    ("-07:00", Piece::Fixed("+00:00")),
    ("-07", Piece::Fixed("+00")),
    ("Z070000", Piece::Fixed("Z")),
    ("Z07:00:00", Piece::Fixed("Z")),
    ("Z0700", Piece::Fixed("Z")),
    ("Z07:00", Piece::Fixed("Z")),
    ("Z07", Piece::Fixed("Z")),
];

/// The time `seconds` after the start of 1970, in UTC, in `layout`.
pub(super) fn format(layout: &str, seconds: u64) -> String {
    let time = Time::at(seconds);
    let mut out = String::with_capacity(layout.len());
    let mut rest = layout;
    while let Some(c) = rest.chars().next() {
        if let Some((after, digits)) = fraction(rest) {
            // There are no parts of seconds: nines drop them, zeros show them.
            if digits > 0 {
                out.push(c);
                out.push_str(&"0".repeat(digits.min(9)));
            }
            rest = after;
        } else if let Some((after, piece)) = piece(rest) {
            piece.write(&time, &mut out);
            rest = after;
        } else {
            out.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    out
}

/// As [`format`], for a layout that may not be UTF-8: other bytes stand for nothing but themselves.
pub(super) fn format_bytes(layout: &[u8], seconds: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(layout.len());
    for chunk in layout.utf8_chunks() {
        out.extend_from_slice(format(chunk.valid(), seconds).as_bytes());
        out.extend_from_slice(chunk.invalid());
    }
    out
}

/// The piece that `layout` starts with, and what follows it.
fn piece(layout: &str) -> Option<(&str, Piece)> {
    // An underscore before a year is only itself.
    if layout.starts_with("_2006") {
        return None;
    }
    PIECES.iter().find_map(|(text, piece)| {
        let after = layout.strip_prefix(text)?;
        // A short month or a short day that a word goes on from is no piece: "Month", "Jannik".
        let word = matches!(piece, Piece::Short(_));
        if word && after.starts_with(|c: char| c.is_ascii_lowercase()) {
            return None;
        }
        Some((after, *piece))
    })
}

/// What follows a fraction of a second that `layout` starts with, and how many zeros it shows.
fn fraction(layout: &str) -> Option<(&str, usize)> {
    let digits = layout.strip_prefix(['.', ','])?;
    let digit = digits.chars().next().filter(|c| matches!(c, '0' | '9'))?;
    let after = digits.trim_start_matches(digit);
    // Other digits right behind make it a plain number.
    if after.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let shown = if digit == '0' {
        digits.len() - after.len()
    } else {
        0
    };
    Some((after, shown))
}

fn hour12(time: &Time) -> u64 {
    match time.hour % 12 {
        0 => 12,
        hour => hour,
    }
}

impl Piece {
    fn write(self, time: &Time, out: &mut String) {
        let text = match self {
            Self::Number(number) => number(time).to_string(),
            Self::ZeroPadded(number, width) => format!("{:0width$}", number(time)),
            Self::SpacePadded(number, width) => format!("{:width$}", number(time)),
            Self::Name(name) => return out.push_str(name(time)),
            Self::Short(name) => return out.extend(name(time).chars().take(3)),
            Self::Fixed(text) => return out.push_str(text),
        };
        out.push_str(&text);
    }
}

impl Time {
    /// Cuts up the time `seconds` after the start of 1970, by the Gregorian calendar.
    fn at(seconds: u64) -> Self {
        const DAYS: [&str; 7] = [
            "Thursday",
            "Friday",
            "Saturday",
            "Sunday",
            "Monday",
            "Tuesday",
            "Wednesday",
        ];
        const MONTHS: [(&str, u64); 12] = [
            ("January", 31),
            ("February", 28),
            ("March", 31),
            ("April", 30),
            ("May", 31),
            ("June", 30),
            ("July", 31),
            ("August", 31),
            ("September", 30),
            ("October", 31),
            ("November", 30),
            ("December", 31),
        ];
        let (days, second_of_day) = (seconds / 86_400, seconds % 86_400);
        // The calendar repeats every 400 years of 146097 days; the first day of 1970 is day 135140
        // of the 400 years that start in 1600.
        let from_1600 = days + 135_140;
        let (mut year, mut left) = (1600 + from_1600 / 146_097 * 400, from_1600 % 146_097);
        let is_leap = |year: u64| {
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
        };
        let length = |year| if is_leap(year) { 366 } else { 365 };
        while left >= length(year) {
            left -= length(year);
            year += 1;
        }
        let year_day = left + 1;
        let mut month = 1;
        let mut month_name = "December";
        for (name, days) in MONTHS {
            let days = if month == 2 && is_leap(year) {
                29
            } else {
                days
            };
            month_name = name;
            if left < days {
                break;
            }
            left -= days;
            month += 1;
        }
        let week_day = usize::try_from(days % 7).unwrap_or(0);
        Self {
            year,
            month,
            day: left + 1,
            year_day,
            hour: second_of_day / 3600,
            minute: second_of_day / 60 % 60,
            second: second_of_day % 60,
            month_name,
            day_name: DAYS.get(week_day).copied().unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::format;

    #[test]
    fn knows_the_calendar() {
        // From Go's time.Unix(seconds, 0).UTC().
        for (seconds, shown) in [
            (0, "Thu 1970-01-01T00:00:00 001"),
            (68_169_600, "Tue 1972-02-29T00:00:00 060"),
            (951_868_799, "Tue 2000-02-29T23:59:59 060"),
            (978_307_199, "Sun 2000-12-31T23:59:59 366"),
            (1_531_998_305, "Thu 2018-07-19T11:05:05 200"),
            (4_107_542_400, "Mon 2100-03-01T00:00:00 060"),
            (253_402_300_799, "Fri 9999-12-31T23:59:59 365"),
            (253_402_300_800, "Sat 10000-01-01T00:00:00 001"),
        ] {
            assert_eq!(format("Mon 2006-01-02T15:04:05 002", seconds), shown);
        }
    }

    #[test]
    fn survives_the_end_of_time() {
        format("2006-01-02", u64::MAX);
    }
}
