//! `/api/v1/artifacts`: finding and creating an artifact.
//!
//! Both answers are wrapped: `{"artifact":{"username":…,"name":…,"tag":…}}` (atlas-go, `artifact.go`).

use axum::{Json, body::Body, extract::State};
use serde_json::{Value, json};

use super::{ApiError, App, body};
use crate::slug::ArtifactSlug;

/// `GET /artifacts/{user}/{name}`: the artifact, or 404 if it does not exist yet.
pub(super) async fn show(
    State(app): State<App>,
    slug: ArtifactSlug,
) -> Result<Json<Value>, ApiError> {
    if app.database.has_artifact(&slug).await? {
        Ok(wrapped(&slug))
    } else {
        Err(ApiError::NotFound("There is no such artifact"))
    }
}

/// `POST /artifacts`: creates the artifact, or says 422 if it exists.
pub(super) async fn create(State(app): State<App>, body: Body) -> Result<Json<Value>, ApiError> {
    let body = body::read_json(body).await?;
    let text = |field| {
        body.pointer(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let slug = ArtifactSlug::parse(text("/artifact/username"), text("/artifact/name"))?;
    if app.database.create_artifact(&slug).await? {
        Ok(wrapped(&slug))
    } else {
        Err(ApiError::invalid("Name has already been taken"))
    }
}

fn wrapped(slug: &ArtifactSlug) -> Json<Value> {
    Json(json!({"artifact": {
        "username": slug.user.as_str(),
        "name": slug.name.as_str(),
        "tag": slug.to_string(),
    }}))
}
