//! Numbers as text.

use crate::decimal::Decimal;

/// A number's decimal text as Go's mapstructure writes it in string places
/// (`strconv.FormatFloat(f, 'f', -1, 64)`): the shortest digits that read back as the same number,
/// never an exponent.
pub fn decimal_text(number: f64) -> String {
    let sign = if number.is_sign_negative() { "-" } else { "" };
    sign.to_owned() + &Decimal::shortest(number).plain(0)
}

/// Whether the number that stands as `text` in JSON has other digits than [`decimal_text`] writes for it.
pub fn loses_digits(text: &str, number: f64) -> bool {
    significant(text) != significant(&decimal_text(number))
}

/// A number's digits without the zeros at both ends, its sign, point and exponent.
fn significant(text: &str) -> String {
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let mut digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    digits.truncate(digits.trim_end_matches('0').len());
    digits.trim_start_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{decimal_text, loses_digits};

    #[test]
    fn digits_that_no_float_holds() {
        for text in [
            "0",
            "-0.0",
            "5",
            "1.50",
            "1e21",
            "0.1",
            "9007199254740992",
            "100e-2",
            "123456789012345680000",
        ] {
            assert!(!loses_digits(text, text.parse().unwrap()), "{text}");
        }
        for text in [
            "9007199254740993",
            "0.10000000000000000001",
            "12345678901234567890",
            "1e-400",
        ] {
            assert!(loses_digits(text, text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn as_go_formats_them() {
        for (number, text) in [
            (5.0, "5"),
            (-0.0, "-0"),
            (1.5, "1.5"),
            (0.1, "0.1"),
            (1e21, "1000000000000000000000"),
            (1e-7, "0.0000001"),
            (12345678901234567890.0, "12345678901234567000"),
        ] {
            assert_eq!(decimal_text(number), text);
        }
    }
}
