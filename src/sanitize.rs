//! Texts from elsewhere, made fit to be shown.

/// A text on one line, without what could play tricks on a terminal.
pub fn sanitize(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !is_invisible(*c))
        .collect()
}

/// The same, cut after so many characters, but not within what may be a secret: half of one could
/// not be found any more.
pub fn sanitize_and_cut(text: &str, most: usize) -> String {
    let whole = sanitize(text);
    let mut cut: String = whole.chars().take(most).collect();
    if cut.len() < whole.len() {
        let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        cut.truncate(cut.trim_end_matches(part).len());
        cut.push('…');
    }
    cut
}

/// Marks that have no width, or change how the text around them is shown.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_without_tricks() {
        assert_eq!(sanitize("a\u{202e}b\u{7}\nc\u{1b}[31m"), "ab c[31m");
        assert_eq!(sanitize_and_cut(&"é".repeat(9), 3), "ééé…");
        assert_eq!(sanitize_and_cut("ab", 3), "ab");
        assert_eq!(sanitize_and_cut("no tok.A-1_b", 8), "no …");
    }
}
