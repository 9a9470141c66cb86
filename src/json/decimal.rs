//! Numbers as text.

/// A number's decimal text as Go's mapstructure writes it in string places
/// (`strconv.FormatFloat(f, 'f', -1, 64)`): the shortest digits that read back as the same number,
/// never an exponent.
pub fn decimal_text(number: f64) -> String {
    // Rust's Display has the same two properties.
    number.to_string()
}

#[cfg(test)]
mod tests {
    use super::decimal_text;

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
