//! Slugs: `user/name`, `user/name/type` and `user/name/type/VERSION`.
//!
//! A slug's parts become parts of a URL again, so each is checked once, here, after percent-decoding.

use std::fmt;

/// The longest part of a slug, in bytes.
const LONGEST: usize = 255;

/// Names that no organisation may have: the server's own pages and files are there, or may be.
const RESERVED: [&str; 8] = [
    "api",
    "docs",
    "healthz",
    "login",
    "logout",
    "metrics",
    "openapi.json",
    "settings",
];

/// One part of a slug: neither empty nor `.` nor `..`, without slashes and control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment(String);

impl Segment {
    /// Checks `text`; the error is a sentence about `field`, in the words of Rails.
    pub(crate) fn parse(field: &str, text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            Err(format!("{field} can't be blank"))
        } else if text.len() > LONGEST {
            Err(format!("{field} is too long (maximum is {LONGEST} bytes)"))
        } else if matches!(text, "." | "..")
            || text
                .chars()
                .any(|c| matches!(c, '/' | '\\') || c.is_control())
        {
            Err(format!("{field} is invalid"))
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The same, as the name of a new organisation.
    pub(crate) fn for_organisation(self, field: &str) -> Result<Self, String> {
        if RESERVED.contains(&self.as_str()) || self.0.starts_with('_') {
            Err(format!("{field} is reserved"))
        } else {
            Ok(self)
        }
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An artifact: `user/name`, which Atlas also calls its tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ArtifactSlug {
    /// Who owns the artifact.
    pub(crate) user: Segment,
    /// Its name.
    pub(crate) name: Segment,
}

impl ArtifactSlug {
    /// Checks both parts and reports everything that is wrong.
    pub(crate) fn parse(user: &str, name: &str) -> Result<Self, Vec<String>> {
        match (
            Segment::parse("Username", user),
            Segment::parse("Name", name),
        ) {
            (Ok(user), Ok(name)) => Ok(Self { user, name }),
            (user, name) => Err([user.err(), name.err()].into_iter().flatten().collect()),
        }
    }
}

impl fmt::Display for ArtifactSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.user, self.name)
    }
}

/// One type of an artifact: `user/name/type`. Versions are counted within it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TypeSlug {
    /// The artifact.
    pub(crate) artifact: ArtifactSlug,
    /// Its type, such as `amazon.image`.
    pub(crate) artifact_type: Segment,
}

impl TypeSlug {
    /// Checks all three parts and reports everything that is wrong.
    pub(crate) fn parse(user: &str, name: &str, artifact_type: &str) -> Result<Self, Vec<String>> {
        let artifact = ArtifactSlug::parse(user, name);
        match (artifact, Segment::parse("Artifact type", artifact_type)) {
            (Ok(artifact), Ok(artifact_type)) => Ok(Self {
                artifact,
                artifact_type,
            }),
            (artifact, artifact_type) => {
                let mut errors = artifact.err().unwrap_or_default();
                errors.extend(artifact_type.err());
                Err(errors)
            }
        }
    }
}

impl fmt::Display for TypeSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.artifact, self.artifact_type)
    }
}

/// One version: `user/name/type/VERSION`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VersionSlug {
    /// What it is a version of.
    pub(crate) slug: TypeSlug,
    /// Its number.
    pub(crate) number: i64,
}

impl fmt::Display for VersionSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.slug, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_stays_one_segment_of_a_path() {
        for text in ["a", "a.b", "...", "ä", "a b", "%2f", &"x".repeat(255)] {
            assert!(Segment::parse("Name", text).is_ok(), "{text:?}");
        }
        for text in [
            "",
            " ",
            ".",
            "..",
            "a/b",
            "a\\b",
            "a\0",
            "a\nb",
            "\u{85}",
            &"x".repeat(256),
        ] {
            assert!(Segment::parse("Name", text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn everything_wrong_is_reported_at_once() {
        assert_eq!(
            TypeSlug::parse("", "..", "a/b").unwrap_err(),
            [
                "Username can't be blank",
                "Name is invalid",
                "Artifact type is invalid"
            ]
        );
    }
}
