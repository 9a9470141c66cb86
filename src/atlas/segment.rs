//! One part of a URL's path: a user, a name, an artifact type.

use std::fmt;

use thiserror::Error;

/// A text that stays one part of a URL's path, whatever is between here and Atlas: not empty, not
/// `.` or `..`, without slashes, spaces, control characters, and what ends or escapes a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment(String);

/// Why a text can't be one part of a URL's path.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SegmentError {
    /// There is nothing.
    #[error("is empty")]
    Empty,
    /// `.` or `..`
    #[error("is `{0}`, which means another place in a URL")]
    Dots(String),
    /// A character that could change the path.
    #[error("holds {}, which could change the URL", describe(*.0))]
    Character(char),
}

impl Segment {
    /// Takes a text that has been interpolated.
    pub fn parse(text: &str) -> Result<Self, SegmentError> {
        match text {
            "" => return Err(SegmentError::Empty),
            "." | ".." => return Err(SegmentError::Dots(text.into())),
            _ => {}
        }
        let changes_path = |c: char| {
            matches!(c, '/' | '\\' | '%' | '?' | '#') || c.is_whitespace() || c.is_control()
        };
        match text.chars().find(|&c| changes_path(c)) {
            Some(c) => Err(SegmentError::Character(c)),
            None => Ok(Self(text.into())),
        }
    }

    /// The text, not escaped.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn describe(c: char) -> String {
    match c {
        ' ' => "a space".into(),
        '/' => "a slash".into(),
        c if c.is_control() || c.is_whitespace() => format!("the character U+{:04X}", c as u32),
        c => format!("`{c}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_are_parts_of_a_path() {
        for text in [
            "hashicorp",
            "aws.ami",
            "...",
            "a..b",
            "für",
            "a_b-c~d",
            "x@y",
            "a:b",
        ] {
            assert_eq!(Segment::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn what_could_change_a_path_is_refused() {
        for text in [
            "", ".", "..", "a/b", "a\\b", "a b", "a\tb", "a\u{0}", "a\u{a0}b", "a\u{85}",
        ] {
            assert!(Segment::parse(text).is_err(), "{text:?}");
        }
        for text in ["%2e%2e", "a?b", "a#b"] {
            assert!(Segment::parse(text).is_err(), "{text:?}");
        }
        let words = Segment::parse("a\nb").unwrap_err().to_string();
        assert_eq!(
            words,
            "holds the character U+000A, which could change the URL"
        );
    }
}
