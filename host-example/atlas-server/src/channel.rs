//! Channels: names such as `production` that stand where a version's number would.

/// The longest name, in bytes.
const LONGEST: usize = 64;

/// The name of a channel: a letter, then letters, digits, `.`, `_` and `-`. `latest` and `any` are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Channel(String);

impl Channel {
    /// Checks a name; the error says what one looks like.
    pub(crate) fn parse(name: &str) -> Result<Self, &'static str> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if matches!(name, "latest" | "any") {
            Err("Channel must not be latest or any")
        } else if name.len() <= LONGEST
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(is_plain)
        {
            Ok(Self(name.to_owned()))
        } else {
            Err(
                "Channel must be a letter and up to 63 letters, digits, dots, underscores and hyphens",
            )
        }
    }

    /// The name.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_no_number_and_no_word_of_the_protocol() {
        for name in ["production", "v1.2_x-y", "Latest", &"x".repeat(64)] {
            assert_eq!(Channel::parse(name).unwrap().as_str(), name);
        }
        for name in [
            "",
            "7",
            "latest",
            "any",
            "a b",
            "a/b",
            "ä",
            "-a",
            &"x".repeat(65),
        ] {
            assert!(Channel::parse(name).is_err(), "{name}");
        }
    }
}
