//! `user/name`: what an artifact is called in Atlas.

use std::fmt;

use thiserror::Error;

use super::segment::{Segment, SegmentError};

/// An artifact's tag, `user/name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slug {
    /// The user or organization that it belongs to.
    pub user: Segment,
    /// Its name there.
    pub name: Segment,
}

/// Why a text is not `user/name`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SlugError {
    /// Not two parts.
    #[error("`{0}` is not of the form `user/name`")]
    Parts(String),
    /// The part before the slash.
    #[error("the user in `{0}` {1}")]
    User(String, SegmentError),
    /// The part after it.
    #[error("the name in `{0}` {1}")]
    Name(String, SegmentError),
}

impl Slug {
    /// Takes a text that has been interpolated.
    pub fn parse(text: &str) -> Result<Self, SlugError> {
        let shown = || text.escape_debug().to_string();
        let mut parts = text.split('/');
        let (Some(user), Some(name), None) = (parts.next(), parts.next(), parts.next()) else {
            return Err(SlugError::Parts(shown()));
        };
        Ok(Self {
            user: Segment::parse(user).map_err(|e| SlugError::User(shown(), e))?,
            name: Segment::parse(name).map_err(|e| SlugError::Name(shown(), e))?,
        })
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}/{}", self.user, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_parts() {
        let slug = Slug::parse("hashicorp/foobar").unwrap();
        assert_eq!(
            (slug.user.as_str(), slug.name.as_str()),
            ("hashicorp", "foobar")
        );
        assert_eq!(slug.to_string(), "hashicorp/foobar");
    }

    #[test]
    fn anything_else_is_refused_in_words() {
        let refused = |text| Slug::parse(text).unwrap_err().to_string();
        assert_eq!(refused("foobar"), "`foobar` is not of the form `user/name`");
        assert_eq!(refused("a/b/c"), "`a/b/c` is not of the form `user/name`");
        assert_eq!(refused("/b"), "the user in `/b` is empty");
        assert_eq!(refused("a/"), "the name in `a/` is empty");
        assert_eq!(
            refused("../admin"),
            "the user in `../admin` is `..`, which means another place in a URL"
        );
        assert!(refused("a/b\n").starts_with("the name in `a/b\\n` holds"));
    }
}
