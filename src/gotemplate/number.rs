//! Number constants: integers in four bases and decimal floats.
//!
//! The syntax is that of Go's language specification, as Go's `text/template` takes it: which
//! characters a constant has tells whether it is an `int` or a `float64`. Complex numbers and
//! hexadecimal floats are not numbers here: no function takes one.

use super::error::Fault;
use super::value::Value;
use crate::decimal::Decimal;

/// How many bytes at the start of `text` look like one number.
pub(super) fn scan_number(text: &str) -> usize {
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut decimal = true;
    let digits: fn(char) -> bool = match radix(rest) {
        Some((digits, _)) => {
            rest = digits;
            decimal = false;
            |c| c.is_ascii_hexdigit() || c == '_'
        }
        None => |c| c.is_ascii_digit() || c == '_',
    };
    rest = rest.trim_start_matches(digits);
    if let Some(fraction) = rest.strip_prefix('.') {
        rest = fraction.trim_start_matches(digits);
    }
    if decimal && let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        rest = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        rest = rest.trim_start_matches(digits);
    }
    text.len() - rest.len()
}

/// The value of the constant `text`.
pub(super) fn parse_number(text: &str) -> Result<Value, Fault> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let negative = text.starts_with('-');
    if !underscores_separate(unsigned) {
        return Err(Fault::new(format!("{text:?} is not a number"))
            .help("an underscore may only stand between two digits"));
    }
    let digits = unsigned.replace('_', "");
    // Go's rule, odd as it is: an `e` makes a float, but for a hexadecimal number without a sign.
    let float = text.contains(['.', 'e', 'E']) && radix(text).is_none_or(|(_, base)| base != 16);
    let integer = match radix(&digits) {
        Some((digits, base)) => u64::from_str_radix(digits, base),
        None => match digits.strip_prefix('0') {
            Some(octal) if !octal.is_empty() => u64::from_str_radix(octal, 8),
            _ => digits.parse(),
        },
    };
    if let Ok(magnitude) = integer {
        let value = if negative {
            0_i64.checked_sub_unsigned(magnitude)
        } else {
            i64::try_from(magnitude).ok()
        };
        if let Some(value) = value {
            return Ok(if float {
                Value::Float(value as f64)
            } else {
                Value::Int(value)
            });
        }
    }
    if float && radix(&digits).is_none() {
        match Decimal::read(&digits).map(|decimal| decimal.value()) {
            Some(value) if value.is_finite() => {
                return Ok(Value::Float(if negative { -value } else { value }));
            }
            _ => {}
        }
    }
    Err(
        Fault::new(format!("{text:?} is not a number that fits here")).help(
            "write a whole number between -9223372036854775808 and 9223372036854775807, or a \
             decimal such as 1.5e3",
        ),
    )
}

/// The digits after a base's prefix, and the base.
fn radix(text: &str) -> Option<(&str, u32)> {
    let rest = text.strip_prefix('0')?;
    let base = match rest.chars().next()? {
        'x' | 'X' => 16,
        'o' | 'O' => 8,
        'b' | 'B' => 2,
        _ => return None,
    };
    Some((rest.get(1..)?, base))
}

/// Whether each underscore stands between digits; a base's prefix counts as one.
fn underscores_separate(text: &str) -> bool {
    let (digits, base) = radix(text).unwrap_or((text, 10));
    let digit = |c: char| c.is_digit(base);
    let mut before = if digits.len() < text.len() { '0' } else { '.' };
    for c in digits.chars().chain(['.']) {
        if c == '_' && !digit(before) || before == '_' && !digit(c) {
            return false;
        }
        before = c;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_kinds_of_numbers_apart() {
        for (text, value) in [
            ("0", Value::Int(0)),
            ("-17", Value::Int(-17)),
            ("1_000", Value::Int(1000)),
            ("0755", Value::Int(493)),
            ("0o17", Value::Int(15)),
            ("0b101", Value::Int(5)),
            ("0x_1E", Value::Int(30)),
            ("-9223372036854775808", Value::Int(i64::MIN)),
            ("1e3", Value::Float(1000.0)),
            (".5", Value::Float(0.5)),
            ("-0x1e", Value::Float(-30.0)),
        ] {
            assert_eq!(scan_number(text), text.len(), "{text}");
            assert_eq!(parse_number(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_number() {
        for text in [
            "9223372036854775808",
            "08",
            "0x",
            "1__0",
            "1_",
            "1_e5",
            "1e",
            "1e999",
            "+",
            "0x1.8",
        ] {
            assert!(parse_number(text).is_err(), "{text}");
        }
    }
}
