//! `GET /{user}/{name}`: an artifact's page.
//!
//! It is the URL of its boxes too: Vagrant asks there for JSON.

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header::VARY},
    response::{IntoResponse, Response},
};

use super::{accept::wants_json, query};
use crate::{
    access::Access,
    api::{ApiError, App, catalogue},
    database::Artifact,
    number,
    pages::{
        artifact::{ArtifactView, May, TypeView, VersionView},
        layout::answer,
        visitor::Visitor,
    },
    slug::{ArtifactSlug, Segment, TypeSlug},
};

/// How many versions of each type are shown where all types are.
const OF_EACH: i64 = 10;
/// The same, where one type is alone.
const OF_ONE: i64 = 50;

/// How many types are shown with their versions; the others by their names.
const TYPES: usize = 20;

/// The page: of one type with `type`, and then of the versions before a number with `before`.
pub(super) async fn get(
    State(app): State<App>,
    visitor: Visitor,
    slug: ArtifactSlug,
    headers: HeaderMap,
    RawQuery(text): RawQuery,
) -> Result<Response, ApiError> {
    let caller = &visitor.caller;
    let artifact = caller.artifact(&app, &slug, Access::Read).await?;
    if wants_json(&headers) {
        let boxes = catalogue(&app, slug, &headers).await?;
        return Ok(([(VARY, "accept")], boxes).into_response());
    }
    let Shown { only, before } = Shown::parse(text.as_deref())?;
    let counts = app.database.version_counts(&artifact).await?;
    let mut types = Vec::new();
    let is_shown = |name: &str| only.as_ref().is_none_or(|only| only.as_str() == name);
    for (name, count) in counts.iter().filter(|(name, _)| is_shown(name)).take(TYPES) {
        let slug = type_slug(&slug, name)?;
        let most = if only.is_some() { OF_ONE } else { OF_EACH };
        types.push(of_type(&app, &artifact, slug, *count, before, most).await?);
    }
    if only.is_some() && types.is_empty() {
        return Err(ApiError::NotFound("There is no such type of this artifact"));
    }
    let access = caller.access(&slug.user);
    let all = counts.iter().map(|(name, _)| type_slug(&slug, name));
    let view = ArtifactView {
        all: all.collect::<Result<_, _>>()?,
        is_public: artifact.public,
        may: May {
            write: access >= Some(Access::Write),
            own: access >= Some(Access::Own),
        },
        only: only.map(|only| only.to_string()),
        types,
        before,
        address: app.base_url(&headers),
        slug,
    };
    Ok(answer(StatusCode::OK, view.render(visitor.viewer.as_ref())))
}

/// What of the artifact is shown.
pub(super) struct Shown {
    /// The one type.
    pub(super) only: Option<Segment>,
    /// The number that the versions are below.
    pub(super) before: Option<i64>,
}

impl Shown {
    /// Reads the query.
    pub(super) fn parse(text: Option<&str>) -> Result<Self, ApiError> {
        let query = query(text);
        let get = |name| query.get(name).filter(|text| !text.is_empty());
        let only = get("type").map(|name| Segment::parse("Type", name));
        let before = get("before").map(|number| number::parse(number));
        let before =
            before.map(|number| number.ok_or_else(|| ApiError::invalid("before must be a number")));
        Ok(Self {
            only: only.transpose().map_err(ApiError::invalid)?,
            before: before.transpose()?,
        })
    }
}

async fn of_type(
    app: &App,
    artifact: &Artifact,
    slug: TypeSlug,
    count: i64,
    before: Option<i64>,
    most: i64,
) -> Result<TypeView, ApiError> {
    app.take_arrivals(&slug, None).await?;
    let found = app.database.versions_before(&slug, before, most + 1);
    let mut found = found.await?;
    let has_older = found.len() as i64 > most;
    found.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    let range = match (found.last(), found.first()) {
        (Some(oldest), Some(newest)) => (oldest.number, newest.number),
        _ => (0, 0),
    };
    let name = slug.artifact_type.as_str();
    let mut attestations = app
        .database
        .attestations_between(artifact, name, range)
        .await?;
    let versions = found.into_iter().map(|version| {
        let of_this = attestations.extract_if(.., |(number, _)| *number == version.number);
        VersionView {
            attestations: of_this.map(|(_, attestation)| attestation).collect(),
            version,
        }
    });
    Ok(TypeView {
        versions: versions.collect(),
        channels: app.database.channels(&slug, "", i64::MAX).await?,
        slug,
        count,
        has_older,
    })
}

fn type_slug(artifact: &ArtifactSlug, name: &str) -> Result<TypeSlug, ApiError> {
    Ok(TypeSlug::parse(
        artifact.user.as_str(),
        artifact.name.as_str(),
        name,
    )?)
}
