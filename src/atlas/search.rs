//! `GET /artifacts/{user}/{name}/{type}/search`: which versions there are.

use std::collections::BTreeMap;
use std::fmt;

use url::form_urlencoded;

use super::error::{body, success};
use super::{ApiError, ArtifactType, Atlas, Request, Response, Slug, resumable_upload};
use crate::json::{Kind, Value};

/// Which versions are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The newest one, if it matches.
    Latest,
    /// The newest of those that match. Some servers list them all.
    Any,
    /// The one of that number.
    Number(u64),
    /// The one that the channel of this name is at. Only the server of this project has channels.
    Channel(String),
}

/// Which builds are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Build {
    /// The newest one that made a version that matches.
    Latest,
    /// All.
    Any,
    /// The one of that number.
    Number(u64),
}

/// As it is written in a query.
impl fmt::Display for Build {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => f.write_str("latest"),
            Self::Any => f.write_str("any"),
            Self::Number(number) => number.fmt(f),
        }
    }
}

/// What a search lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Versions.
    pub versions: Vec<Listed>,
    /// Numbers of versions that are there, but are not listed before their file is. Only the server
    /// of this project tells them.
    pub incomplete: Vec<u64>,
}

impl Listing {
    /// The numbers of all versions that are there.
    pub fn numbers(&self) -> impl Iterator<Item = u64> {
        let listed = self.versions.iter().map(|listed| listed.version);
        listed.chain(self.incomplete.iter().copied())
    }

    /// The version of that number.
    pub fn version(&self, number: u64) -> Option<&Listed> {
        self.versions.iter().find(|listed| listed.version == number)
    }
}

/// One version, as far as it matters here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// Its number.
    pub version: u64,
    /// The artifact's id.
    pub id: String,
    /// What else is known of it: what was sent, and what Atlas adds for Amazon's.
    pub metadata: BTreeMap<String, String>,
    /// Whether it has a file, if the server tells it.
    pub file: Option<bool>,
    /// Where its file is uploaded to, if the server tells it again. Not trusted.
    pub upload_path: Option<String>,
    /// Whether it is uploaded there in pieces: see [`super::resumable_upload`].
    pub is_resumable: bool,
    /// Bytes of its file, if the server tells it.
    pub size: Option<u64>,
    /// SHA-256 of its file in hexadecimal, if the server tells it.
    pub sha256: Option<String>,
    /// From when on it should not be used any more, if the server tells it.
    pub revoke_at: Option<String>,
}

/// Asks for versions of an artifact, of that type, of that build, that have this metadata: keys, with a value or with
/// any.
pub fn request(
    atlas: &Atlas,
    slug: &Slug,
    artifact_type: &ArtifactType,
    wanted: &Wanted,
    build: Option<&Build>,
    metadata: &[(String, Option<String>)],
) -> Request {
    let path = Atlas::versions_path(slug, artifact_type, &["search"]);
    let (purpose, wanted) = match wanted {
        Wanted::Latest => (
            format!("find the latest version of {slug}/{artifact_type}"),
            "latest".into(),
        ),
        Wanted::Any => (
            format!("find versions of {slug}/{artifact_type}"),
            "any".into(),
        ),
        Wanted::Number(number) => (
            format!("find {slug}/{artifact_type}/{number}"),
            number.to_string(),
        ),
        Wanted::Channel(channel) => (
            format!("find the version of {slug}/{artifact_type} that {channel} is at"),
            channel.clone(),
        ),
    };
    let mut request = atlas.get(purpose, &path);
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (number, (key, value)) in (1..).zip(metadata) {
        query.append_pair(&format!("metadata.{number}.key"), key);
        if let Some(value) = value {
            query.append_pair(&format!("metadata.{number}.value"), value);
        }
    }
    query.append_pair("version", &wanted);
    if let Some(build) = build {
        query.append_pair("build", &build.to_string());
    }
    request.url += &format!("?{}", query.finish());
    request
}

/// Reads what is listed.
pub fn read(response: &Response) -> Result<Listing, ApiError> {
    success(response)?;
    body(response, "list of `versions`", |root| {
        let versions = root.get("versions")?.as_list()?;
        let incomplete = root.get("incomplete").and_then(Value::as_list);
        Some(Listing {
            versions: versions.iter().map(listed).collect::<Option<_>>()?,
            incomplete: incomplete
                .unwrap_or_default()
                .iter()
                .filter_map(Value::as_count)
                .collect(),
        })
    })
}

fn listed(value: &Value) -> Option<Listed> {
    let text = |key| value.get(key).and_then(Value::as_str).map(str::to_owned);
    Some(Listed {
        version: value.get("version")?.as_count().filter(|n| *n > 0)?,
        id: text("id").unwrap_or_default(),
        metadata: value.get("metadata").map(strings).unwrap_or_default(),
        file: value.get("file").and_then(|file| match file.kind {
            Kind::Bool(file) => Some(file),
            _ => None,
        }),
        upload_path: text("upload_path"),
        is_resumable: resumable_upload::is_offered(value),
        size: value.get("size").and_then(Value::as_count),
        sha256: text("sha256"),
        revoke_at: text("revoke_at"),
    })
}

fn strings(value: &Value) -> BTreeMap<String, String> {
    let mut strings = BTreeMap::new();
    if let Kind::Object(members) = &value.kind {
        for member in members {
            if let Some(text) = member.value.as_str() {
                strings.insert(member.key.clone(), text.into());
            }
        }
    }
    strings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(body: &str) -> Result<Listing, ApiError> {
        read(&Response {
            status: 200,
            headers: Vec::new(),
            body: body.into(),
            ..Response::default()
        })
    }

    #[test]
    fn what_is_listed() {
        let body = r#"{"versions": [{"version": 3, "id": "x", "metadata": {"a": "b", "c": 1}, "upload_path": "http://h/u"},
            {"version": 2, "metadata": null, "size": 5, "sha256": "00", "revoke_at": "2026-01-01T00:00:00Z"}], "incomplete": [4, "x"]}"#;
        let listing = listing(body).unwrap();
        assert_eq!(listing.incomplete, [4]);
        let metadata = [("a".to_owned(), "b".to_owned())].into();
        assert_eq!(
            listing.versions[0],
            Listed {
                version: 3,
                id: "x".into(),
                metadata,
                file: None,
                is_resumable: false,
                upload_path: Some("http://h/u".into()),
                size: None,
                sha256: None,
                revoke_at: None
            }
        );
        assert_eq!(listing.versions[1].size, Some(5));
        assert_eq!(listing.versions[1].sha256.as_deref(), Some("00"));
        let revoked = listing.versions[1].revoke_at.as_deref();
        assert_eq!(revoked, Some("2026-01-01T00:00:00Z"));
    }

    #[test]
    fn other_answers_are_none() {
        for body in [
            "",
            "[]",
            "{}",
            r#"{"versions": {}}"#,
            r#"{"versions": [1]}"#,
            r#"{"versions": [{}]}"#,
            r#"{"versions": [{"version": 0}]}"#,
        ] {
            assert!(listing(body).is_err(), "{body}");
        }
    }
}
