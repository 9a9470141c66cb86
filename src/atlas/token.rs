//! The access token, which is shown to nobody.

use std::fmt;

use thiserror::Error;

use crate::secrets::REDACTED;

/// An access token. It can be put into a header, and nowhere else: it has no `Display`, and its
/// `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// Why a text can't be a token. Says nothing of what the text holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TokenError {
    /// There is nothing.
    #[error("the token is empty")]
    Empty,
    /// A character that no header can carry.
    #[error("the token holds a space, a control character or one that is not ASCII")]
    Character,
}

impl Token {
    /// Takes a text that has been interpolated. White space around it is no part of it.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let text = text.trim();
        if text.is_empty() {
            Err(TokenError::Empty)
        } else if text.bytes().all(|b| b.is_ascii_graphic()) {
            Ok(Self(text.into()))
        } else {
            Err(TokenError::Character)
        }
    }

    /// The token itself, for the header that carries it.
    pub fn header_value(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_never_shown() {
        let token = Token::parse(" tok.atlasv1.abc\n").unwrap();
        assert_eq!(token.header_value(), "tok.atlasv1.abc");
        assert_eq!(format!("{token:?}"), "[redacted]");
    }

    #[test]
    fn what_no_header_carries_is_refused() {
        assert_eq!(Token::parse(" \n"), Err(TokenError::Empty));
        for text in ["a b", "a\r\nX: y", "tök", "a\u{7f}"] {
            assert_eq!(Token::parse(text), Err(TokenError::Character));
        }
    }
}
