//! Paths of pages and of the API, for links and URLs: every part percent-encoded.

use form_urlencoded::Serializer;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::slug::{ArtifactSlug, TypeSlug};

/// What is not itself in a part of a path: all but the unreserved characters of RFC 3986.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The page of an organisation.
pub(crate) fn organisation(name: &str) -> String {
    path([name])
}

/// The page of an artifact.
pub(crate) fn artifact(slug: &ArtifactSlug) -> String {
    path([slug.user.as_str(), slug.name.as_str()])
}

/// The file of a version.
pub(crate) fn file(slug: &TypeSlug, version: i64) -> String {
    format!("{}/file", api_version(slug, version))
}

/// An attestation of a version.
pub(crate) fn attestation(slug: &TypeSlug, version: i64, id: i64) -> String {
    format!("{}/attestations/{id}", api_version(slug, version))
}

fn api_version(slug: &TypeSlug, version: i64) -> String {
    let artifact_type = path([slug.artifact_type.as_str()]);
    let artifact = artifact(&slug.artifact);
    format!("/api/v1/artifacts{artifact}{artifact_type}/{version}")
}

/// A path with a query, of those pairs that have a value.
pub(crate) fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()));
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

fn path<const N: usize>(parts: [&str; N]) -> String {
    let mut path = String::new();
    for part in parts {
        path.push('/');
        path.extend(utf8_percent_encode(part, ESCAPED));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_wrote_stays_one_part_of_the_path() {
        let slug = TypeSlug::parse("a b", "?x=#\"<é", "javascript:0").unwrap();
        assert_eq!(artifact(&slug.artifact), "/a%20b/%3Fx%3D%23%22%3C%C3%A9");
        assert_eq!(
            file(&slug, 7),
            "/api/v1/artifacts/a%20b/%3Fx%3D%23%22%3C%C3%A9/javascript%3A0/7/file"
        );
        assert_eq!(organisation("/evil.example"), "/%2Fevil.example");
    }

    #[test]
    fn a_query_has_what_has_a_value() {
        assert_eq!(with_query("/", &[("q", ""), ("type", "")]), "/");
        assert_eq!(
            with_query("/", &[("q", "a&b=c"), ("type", ""), ("after", "x/y")]),
            "/?q=a%26b%3Dc&after=x%2Fy"
        );
    }
}
