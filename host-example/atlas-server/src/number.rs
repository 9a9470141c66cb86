//! Numbers in paths, queries and headers.

use std::str::FromStr;

use serde_json::Value;

/// Reads a number in its one spelling: `01` and `+1` would be second names for what 1 names.
pub(crate) fn parse<T: FromStr + ToString>(text: &str) -> Option<T> {
    let number: T = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// Reads a field of a body: JSON has numbers, a form has nothing but text.
pub(crate) fn of(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| parse(value.as_str()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_spelling() {
        for (text, number) in [
            ("0", Some(0)),
            ("-1", Some(-1)),
            ("10", Some(10)),
            ("01", None),
            ("+1", None),
            ("-0", None),
            (" 1", None),
            ("1.0", None),
            ("", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(parse::<i64>(text), number, "{text:?}");
        }
    }
}
