//! `/api/v1/artifacts/{user}/{name}/{type}/{version}/revocation`: nobody should use a version any more.
//!
//! From its time on, a revoked version is found by its number only, and marked.

use axum::{Json, body::Body, extract::State, http::HeaderMap};
use serde_json::Value;

use super::{
    answers::{Managing, Writing},
    body,
    error::ApiError,
    registry::App,
};
use crate::{
    access::{Access, Caller},
    slug::VersionSlug,
    version::{Revocation, VersionJson},
};

/// Revokes a version: from its time on, which may be to come, only its number finds it.
#[utoipa::path(put, path = "/artifacts/{user}/{name}/{type}/{version}/revocation", operation_id = "revoke_version", tag = "versions",
    params(("version" = i64, Path, description = "The number of the version")),
    request_body = ref("#/components/schemas/NewRevocation"),
    responses((status = 200, description = "The version", body = VersionJson), Writing))]
pub(super) async fn set(
    State(app): State<App>,
    version: VersionSlug,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<VersionJson>, ApiError> {
    let artifact = caller
        .artifact(&app, &version.slug.artifact, Access::Write)
        .await?;
    let body = body::read_value(&headers, body).await?;
    let text = |field| body.pointer(field).and_then(Value::as_str);
    let at = match body.pointer("/revocation/at") {
        None | Some(Value::Null) => None,
        Some(_) => Some(text("/revocation/at").unwrap_or_default()),
    };
    let reason = text("/revocation/reason").unwrap_or_default();
    let revocation = Revocation::parse(reason, at)?;
    let version = app
        .revoke(&caller, &artifact, &version, Some(revocation))
        .await?;
    Ok(Json(VersionJson::new(&version, None)))
}

/// Takes a revocation back: the version is as good as before.
#[utoipa::path(delete, path = "/artifacts/{user}/{name}/{type}/{version}/revocation", operation_id = "lift_revocation", tag = "versions",
    params(("version" = i64, Path, description = "The number of the version")),
    responses((status = 200, description = "The version", body = VersionJson), Managing))]
pub(super) async fn lift(
    State(app): State<App>,
    version: VersionSlug,
    caller: Caller,
) -> Result<Json<VersionJson>, ApiError> {
    let artifact = caller
        .artifact(&app, &version.slug.artifact, Access::Write)
        .await?;
    let version = app.revoke(&caller, &artifact, &version, None).await?;
    Ok(Json(VersionJson::new(&version, None)))
}
