//! `GET /api/v1/artifacts/{user}/{name}/{type}/search`: versions, the newest first.
//!
//! `version` and `build` are `any`, `latest` or a number, and `version` may be a channel; `metadata.N.key` and
//! `metadata.N.value`, with N from 1, ask for metadata, and a key without a value for the key (atlas-go,
//! `artifact.go`). The answer is one version at most, since Terraform's provider takes no more (its acceptance
//! tests): `any` is the newest that has the metadata, also where nothing is said; `latest` is the newest, of
//! that build if one is given, if it has the metadata; `build=latest` is the newest of the newest build that
//! has a match. A version that declared a file is found once that file is complete; until then its number is
//! among `incomplete`, which is this server's own addition, so that a client that lost an answer can see
//! that a version was made. A revoked version is found by its number only.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{RawQuery, State},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{answers::Reading, error::ApiError, registry::App, wanted::Wanted};
use crate::{
    access::{Access, Caller},
    amazon::Metadata,
    database::{Order, VersionFilter},
    number,
    slug::TypeSlug,
    version::{Version, VersionJson},
};

/// The value by which a client's caller says "any value" (`MetadataAnyValue` of atlas-go). The client
/// then sends no value at all; taken as a value it would never match.
const ANY_VALUE: &str = "943febbf-589f-401b-8f25-58f6d8786848";

/// How many incomplete versions a search tells at most.
const MOST_INCOMPLETE: i64 = 100;

/// What a search found.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct Found {
    /// One version, or none.
    #[schema(max_items = 1)]
    versions: Vec<VersionJson>,
    /// The numbers of those that wait for their files.
    incomplete: Vec<i64>,
}

/// Finds one version: the newest that has the metadata.
///
/// Any number of keys can be asked for, as `metadata.2.key` and so on; a key without a value asks for the key.
#[utoipa::path(get, path = "/artifacts/{user}/{name}/{type}/search", operation_id = "search", tag = "versions",
    params(
        ("version" = Option<String>, Query, description = "`any`, `latest`, a number or a channel"),
        ("build" = Option<String>, Query, description = "`any`, `latest` or a number"),
        ("metadata.1.key" = Option<String>, Query, description = "A key that the metadata must have"),
        ("metadata.1.value" = Option<String>, Query, description = "The value that the key must have")),
    responses((status = 200, description = "What was found", body = Found), Reading))]
pub(super) async fn search(
    State(app): State<App>,
    slug: TypeSlug,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<Found>, ApiError> {
    let query = Query::parse(query.as_deref().unwrap_or_default())?;
    caller.artifact(&app, &slug.artifact, Access::Read).await?;
    let Some(version) = query.version.number(&app, &slug).await? else {
        return Ok(Json(Found::default()));
    };
    app.take_arrivals(&slug, version).await?;
    let filter = VersionFilter {
        version,
        build: query.build.number(),
        order: query.order(),
    };
    let found = query.find(&app, &slug, filter).await?;
    let found = found.map(|version| VersionJson::new(&version, None));
    let most = if query.takes_first() {
        1
    } else {
        MOST_INCOMPLETE
    };
    let incomplete = app.database.incomplete(&slug, filter, most).await?;
    let versions = found.into_iter().collect();
    Ok(Json(Found {
        versions,
        incomplete,
    }))
}

/// What `build` may say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Build {
    #[default]
    Any,
    Latest,
    Number(i64),
}

impl Build {
    fn parse(text: &str) -> Result<Self, &'static str> {
        match text {
            "any" | "" => Ok(Self::Any),
            "latest" => Ok(Self::Latest),
            _ => number::parse(text)
                .map(Self::Number)
                .ok_or("Build must be latest, any or a number"),
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
    build: Build,
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
                "version" => match Wanted::parse(&value) {
                    Ok(wanted) => parsed.version = wanted,
                    Err(error) => errors.push(error.to_owned()),
                },
                "build" => match Build::parse(&value) {
                    Ok(wanted) => parsed.build = wanted,
                    Err(error) => errors.push(error.to_owned()),
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

    fn order(&self) -> Order {
        match self.build {
            Build::Latest => Order::NewestBuild,
            Build::Any | Build::Number(_) => Order::Newest,
        }
    }

    /// Whether the first version is the one, if it matches, and no other.
    fn takes_first(&self) -> bool {
        self.version == Wanted::Latest
    }

    async fn find(
        &self,
        app: &App,
        slug: &TypeSlug,
        filter: VersionFilter,
    ) -> Result<Option<Version>, ApiError> {
        let matches = |version: &Version| {
            let by_channel = matches!(self.version, Wanted::Channel(_));
            !(by_channel && version.is_revoked())
                && self.matches(VersionJson::new(version, None).metadata())
        };
        let wanted = |version: &Version| self.takes_first() || matches(version);
        let found = app.database.find_version(slug, filter, wanted).await?;
        Ok(found.filter(matches))
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
    Some(match number::parse(number) {
        Some(number) if number > 0 => Ok((number, part)),
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
        assert_eq!((read.version, read.build), (Wanted::Latest, Build::Any));
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
        let errors =
            Query::parse("version=01&build=1.5&metadata.0.key=a&metadata.2.value=b").unwrap_err();
        assert_eq!(
            errors,
            [
                "Version must be latest, any, a number or a channel",
                "Build must be latest, any or a number",
                "metadata.0.key must have a number from 1",
                "metadata.2.value has no metadata.2.key",
            ]
        );
    }
}
