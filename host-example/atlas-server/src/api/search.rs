//! `GET /api/v1/artifacts/{user}/{name}/{type}/search`: versions, the newest first.
//!
//! `version` and `build` are `any`, `latest` or a number; `metadata.N.key` and `metadata.N.value`, with
//! N from 1, ask for metadata, and a key without a value for the key (atlas-go, `artifact.go`).
//! `latest` means the latest of what the other conditions leave. A version that declared a file is
//! found once that file is complete; until then its number is among `incomplete`, which is this
//! server's own addition, so that a client that lost an answer can see that a version was made.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{RawQuery, State},
};
use serde_json::{Value, json};

use super::{ApiError, App};
use crate::{
    amazon::Metadata,
    database::VersionFilter,
    slug::TypeSlug,
    version::{Version, VersionJson},
};

/// The value by which a client's caller says "any value" (`MetadataAnyValue` of atlas-go). The client
/// then sends no value at all; taken as a value it would never match.
const ANY_VALUE: &str = "943febbf-589f-401b-8f25-58f6d8786848";

/// Answers `{"versions":[…],"incomplete":[…]}`.
pub(super) async fn search(
    State(app): State<App>,
    slug: TypeSlug,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, ApiError> {
    let query = Query::parse(query.as_deref().unwrap_or_default())?;
    if !app.database.has_artifact(&slug.artifact).await? {
        return Err(ApiError::NotFound("There is no such artifact"));
    }
    let versions = app.database.versions(&slug, query.filter()).await?;
    let incomplete = app.database.incomplete(&slug, query.filter()).await?;
    Ok(Json(
        json!({ "versions": query.select(&versions), "incomplete": incomplete }),
    ))
}

/// What `version` and `build` may say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Wanted {
    #[default]
    Any,
    Latest,
    Number(i64),
}

impl Wanted {
    fn parse(field: &str, text: &str) -> Result<Self, String> {
        match text {
            "any" | "" => Ok(Self::Any),
            "latest" => Ok(Self::Latest),
            _ => text
                .parse()
                .map(Self::Number)
                .map_err(|_| format!("{field} must be latest, any or a number")),
        }
    }

    fn number(self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Any | Self::Latest => None,
        }
    }
}

/// A search.
#[derive(Debug, Default, PartialEq, Eq)]
struct Query {
    version: Wanted,
    build: Wanted,
    /// Keys, each with the value it must have, if it matters.
    metadata: Vec<(String, Option<String>)>,
}

impl Query {
    /// Reads a query string and reports everything that is wrong. Unknown parameters are ignored.
    fn parse(query: &str) -> Result<Self, Vec<String>> {
        let mut parsed = Self::default();
        let mut errors = Vec::new();
        let mut metadata: BTreeMap<u32, (Option<String>, Option<String>)> = BTreeMap::new();
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*key {
                "version" => match Wanted::parse("Version", &value) {
                    Ok(wanted) => parsed.version = wanted,
                    Err(error) => errors.push(error),
                },
                "build" => match Wanted::parse("Build", &value) {
                    Ok(wanted) => parsed.build = wanted,
                    Err(error) => errors.push(error),
                },
                _ => match metadata_parameter(&key) {
                    Some(Ok((number, Part::Key))) => {
                        metadata.entry(number).or_default().0 = Some(value.into_owned());
                    }
                    Some(Ok((number, Part::Value))) => {
                        metadata.entry(number).or_default().1 = Some(value.into_owned());
                    }
                    Some(Err(error)) => errors.push(error),
                    None => {}
                },
            }
        }
        for (number, condition) in metadata {
            match condition {
                (Some(key), value) => parsed
                    .metadata
                    .push((key, value.filter(|value| value != ANY_VALUE))),
                (None, _) => errors.push(format!(
                    "metadata.{number}.value has no metadata.{number}.key"
                )),
            }
        }
        if errors.is_empty() {
            Ok(parsed)
        } else {
            Err(errors)
        }
    }

    /// As much of the search as the database does.
    fn filter(&self) -> VersionFilter {
        VersionFilter {
            version: self.version.number(),
            build: self.build.number(),
            latest: self.version == Wanted::Latest
                && self.build != Wanted::Latest
                && self.metadata.is_empty(),
        }
    }

    /// The versions that match; `versions` are sorted, the newest first.
    fn select(&self, versions: &[Version]) -> Vec<VersionJson> {
        let mut found: Vec<_> = versions
            .iter()
            .map(|version| {
                (
                    version.declaration.build_id,
                    VersionJson::new(version, None),
                )
            })
            .filter(|(_, version)| self.matches(version.metadata()))
            .collect();
        if self.build == Wanted::Latest {
            let latest = found.iter().map(|(build, _)| *build).max();
            found.retain(|(build, _)| Some(*build) == latest);
        }
        if self.version == Wanted::Latest {
            found.truncate(1);
        }
        found.into_iter().map(|(_, version)| version).collect()
    }

    fn matches(&self, metadata: Option<&Metadata>) -> bool {
        self.metadata.iter().all(|(key, wanted)| {
            let value = metadata.and_then(|metadata| metadata.get(key));
            value.is_some_and(|value| wanted.as_ref().is_none_or(|wanted| wanted == value))
        })
    }
}

/// The two parameters of one condition.
enum Part {
    Key,
    Value,
}

/// Reads `metadata.N.key` and `metadata.N.value`; other parameters are none.
fn metadata_parameter(parameter: &str) -> Option<Result<(u32, Part), String>> {
    let (number, part) = parameter.strip_prefix("metadata.")?.split_once('.')?;
    let part = match part {
        "key" => Part::Key,
        "value" => Part::Value,
        _ => return None,
    };
    Some(match number.parse() {
        Ok(number) if number > 0 => Ok((number, part)),
        _ => Err(format!("{parameter} must have a number from 1")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_as_the_client_writes_it() {
        let any = format!("metadata.3.key=z&metadata.3.value={ANY_VALUE}");
        let query = format!(
            "build=any&metadata.1.key=a+b&metadata.1.value=%26&metadata.2.key=y&version=latest&{any}"
        );
        let read = Query::parse(&query).unwrap();
        assert_eq!((read.version, read.build), (Wanted::Latest, Wanted::Any));
        let value = Some("&".to_owned());
        assert_eq!(
            read.metadata,
            [
                ("a b".into(), value),
                ("y".into(), None),
                ("z".into(), None)
            ]
        );
        assert_eq!(Query::parse("").unwrap(), Query::default());
    }

    #[test]
    fn everything_wrong_is_reported_at_once() {
        let errors = Query::parse("version=newest&build=1.5&metadata.0.key=a&metadata.2.value=b")
            .unwrap_err();
        assert_eq!(
            errors,
            [
                "Version must be latest, any or a number",
                "Build must be latest, any or a number",
                "metadata.0.key must have a number from 1",
                "metadata.2.value has no metadata.2.key",
            ]
        );
    }
}
