//! Integers as Go writes them.

/// Reads a Go integer literal as `strconv.ParseInt(text, 0, 64)` does: decimal, `0x`, `0o` or a
/// leading 0 for octal, `0b`, a sign before it, underscores between digits if it has a prefix.
pub fn go_integer(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = if let Some(rest) = lower.strip_prefix("0x") {
        (16, rest)
    } else if let Some(rest) = lower.strip_prefix("0o") {
        (8, rest)
    } else if let Some(rest) = lower.strip_prefix("0b") {
        (2, rest)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (8, lower.get(1..)?)
    } else {
        (10, lower.as_str())
    };
    let digits = if radix == 10 {
        digits.to_owned()
    } else {
        without_underscores(digits)?
    };
    if !digits.starts_with(|c: char| c.is_digit(radix)) {
        return None; // from_str_radix takes a second sign
    }
    let magnitude = i128::from_str_radix(&digits, radix).ok()?;
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// Each underscore must stand between two digits, or between the prefix and a digit.
fn without_underscores(digits: &str) -> Option<String> {
    let misplaced = digits.ends_with('_') || digits.contains("__");
    (!misplaced).then(|| digits.replace('_', ""))
}

#[cfg(test)]
mod tests {
    use super::go_integer;

    #[test]
    fn as_go_reads_them() {
        for (text, number) in [
            ("5", 5),
            ("0", 0),
            ("0x1f", 31),
            ("0X1F", 31),
            ("010", 8),
            ("0o10", 8),
            ("0b101", 5),
            ("-7", -7),
            ("+7", 7),
            ("0x_ff", 255),
            ("0_7", 7),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
        ] {
            assert_eq!(go_integer(text), Some(number), "{text}");
        }
        for text in [
            "",
            "seven",
            " 5",
            "5 ",
            "1_000",
            "08",
            "0x",
            "-",
            "--5",
            "+-5",
            "0x-5",
            "0_",
            "0x1__2",
            "9223372036854775808",
            "1.0",
            "1e3",
        ] {
            assert_eq!(go_integer(text), None, "{text}");
        }
    }
}
