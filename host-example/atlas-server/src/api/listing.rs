//! `GET /api/v1/artifacts/{user}/{name}/{type}`: all versions, the newest first, a page at a time.
//!
//! Atlas's own search is made for finding one version. This is this server's addition, for whoever
//! wants to see them all: `?before=N` tells those below a number, and `next` is the number that the
//! next page is asked with, or null. A version that waits for its file is among `incomplete`, by its
//! number alone.

use axum::{
    Json,
    extract::{RawQuery, State},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{answers::Reading, error::ApiError, paging, registry::App};
use crate::{
    access::{Access, Caller},
    slug::TypeSlug,
    version::{Version, VersionJson},
};

/// A page of versions.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Versions {
    versions: Vec<VersionJson>,
    /// The numbers of those that wait for their files.
    incomplete: Vec<i64>,
    /// What the next page is asked with (`before`), if there is one.
    #[schema(required)]
    next: Option<i64>,
}

/// Lists all versions of a type, the newest first.
#[utoipa::path(get, path = "/artifacts/{user}/{name}/{type}", operation_id = "list_versions", tag = "versions",
    params(("before" = Option<i64>, Query)),
    responses((status = 200, description = "The versions", body = Versions), Reading))]
pub(super) async fn list(
    State(app): State<App>,
    slug: TypeSlug,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<Versions>, ApiError> {
    let before = paging::before(query.as_deref())?;
    caller.artifact(&app, &slug.artifact, Access::Read).await?;
    app.take_arrivals(&slug, None).await?;
    let page = app
        .database
        .versions_before(&slug, before, paging::WANTED)
        .await?;
    let (page, next) = paging::page(page, |version| version.number);
    let (complete, incomplete): (Vec<_>, Vec<_>) = page.iter().partition(|v| v.is_complete());
    let versions: Vec<_> = complete
        .into_iter()
        .map(|version| VersionJson::new(version, None))
        .collect();
    let incomplete: Vec<_> = incomplete.into_iter().map(|v: &Version| v.number).collect();
    Ok(Json(Versions {
        versions,
        incomplete,
        next,
    }))
}
