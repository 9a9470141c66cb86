//! `GET /api/v2/vagrant/{user}/{name}`: the boxes of an artifact, as Vagrant 2.4 asks a server for them.
//!
//! Vagrant before that, and a `box_url`, ask for JSON at the artifact's page, see `pages`. A catalogue has no
//! pages for Vagrant: the newest 10 000 versions are in it.

use axum::{Json, extract::State, http::HeaderMap};

use super::{answers::Reading, error::ApiError, registry::App};
use crate::{
    access::{Access, Caller},
    boxes::{BOX_TYPE, BoxCatalogue, Boxes},
    slug::{ArtifactSlug, Segment, TypeSlug},
};

/// How many versions are read together, the newest first.
const TOGETHER: i64 = 100;

/// How often that is done: 10 000 versions are enough for some every day, for years.
const TIMES: usize = 100;

/// Tells Vagrant the boxes of an artifact.
#[utoipa::path(get, path = "/api/v2/vagrant/{user}/{name}", operation_id = "list_boxes", tag = "artifacts",
    responses((status = 200, description = "The boxes", body = BoxCatalogue), Reading))]
pub(super) async fn show(
    State(app): State<App>,
    artifact: ArtifactSlug,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Json<BoxCatalogue>, ApiError> {
    caller.artifact(&app, &artifact, Access::Read).await?;
    catalogue(&app, artifact, &headers).await
}

/// The catalogue of an artifact, for whoever may read it.
pub(crate) async fn catalogue(
    app: &App,
    artifact: ArtifactSlug,
    headers: &HeaderMap,
) -> Result<Json<BoxCatalogue>, ApiError> {
    let slug = TypeSlug {
        artifact_type: Segment::parse("Artifact type", BOX_TYPE).map_err(ApiError::invalid)?,
        artifact,
    };
    app.take_arrivals(&slug, None).await?;
    let mut boxes = Boxes::default();
    let mut before = None;
    for _ in 0..TIMES {
        let versions = app.database.versions_before(&slug, before, TOGETHER);
        let versions = versions.await?;
        for version in &versions {
            boxes.add(version);
        }
        match versions.last() {
            Some(oldest) if versions.len() as i64 == TOGETHER => before = Some(oldest.number),
            _ => break,
        }
    }
    Ok(Json(
        boxes.catalogue(&slug.artifact, &app.base_url(headers)),
    ))
}
