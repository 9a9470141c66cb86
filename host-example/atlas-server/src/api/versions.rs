//! `POST /api/v1/artifacts/{user}/{name}/{type}`: a new version; `GET` and `DELETE` of
//! `…/{type}/{version}`: one that there is.
//!
//! The answer to the first is the version, not wrapped, with the URL to upload its file to if it declared one
//! (atlas-go, `artifact.go`). A request with an `Idempotency-Key` can be repeated: it makes one
//! version, however often it arrives. The original had no such header and ignored it.

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode},
};

use super::{
    answers::{Managing, Reading, Writing},
    body,
    error::ApiError,
    idempotency,
    registry::{App, Registry},
    wanted::WantedVersion,
};
use crate::{
    access::{Access, Caller},
    database::Created,
    slug::{TypeSlug, VersionSlug},
    token::random_name,
    version::{Declaration, UploadTarget, VersionJson},
};

/// Makes a version, or finds the one this request has made before.
#[utoipa::path(post, path = "/artifacts/{user}/{name}/{type}", operation_id = "create_version", tag = "versions",
    params(("Idempotency-Key" = Option<String>, Header, max_length = 255, pattern = r"^[\x21-\x7e]([\t\x20-\x7e]*[\x21-\x7e])?$",
        description = "Names the request across its repetitions: it makes one version")),
    request_body = ref("#/components/schemas/NewVersion"),
    responses((status = 200, description = "The version", body = VersionJson), Writing))]
pub(super) async fn create(
    State(app): State<App>,
    slug: TypeSlug,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<VersionJson>, ApiError> {
    let artifact = caller.artifact(&app, &slug.artifact, Access::Write).await?;
    let declaration = Declaration::parse(&body::read_value(&headers, body).await?)?;
    let idempotency_key = idempotency::key(&headers)?;
    let upload_key = random_name(32);
    let created = app
        .database
        .create_version(
            &artifact,
            &slug,
            declaration,
            idempotency_key,
            &upload_key,
            &caller.name,
        )
        .await?;
    match created {
        Created::Version {
            version,
            upload_key,
            is_new,
        } => {
            app.metrics.versions.inc_by(is_new.into());
            let upload = match upload_key {
                Some(key) => Some(upload_target(&app, &headers, key).await?),
                None => None,
            };
            Ok(Json(VersionJson::new(&version, upload)))
        }
        Created::KeyReused => Err(ApiError::invalid(
            "Idempotency-Key has already been used with another body",
        )),
    }
}

/// Shows a version by its number, `latest`, or a channel.
#[utoipa::path(get, path = "/artifacts/{user}/{name}/{type}/{version}", operation_id = "show_version", tag = "versions",
    responses((status = 200, description = "The version", body = VersionJson), Reading))]
pub(super) async fn show(
    State(app): State<App>,
    slug: TypeSlug,
    caller: Caller,
    WantedVersion(wanted): WantedVersion,
) -> Result<Json<VersionJson>, ApiError> {
    caller.artifact(&app, &slug.artifact, Access::Read).await?;
    let version = wanted.find(&app, &slug, |_| true).await?;
    Ok(Json(VersionJson::new(&version, None)))
}

/// Deletes a version and its file for good. Its number is not given again.
#[utoipa::path(delete, path = "/artifacts/{user}/{name}/{type}/{version}", operation_id = "delete_version", tag = "versions",
    params(("version" = i64, Path, description = "The number of the version")),
    responses((status = 204, description = "It is gone"), Managing))]
pub(super) async fn delete(
    State(app): State<App>,
    version: VersionSlug,
    caller: Caller,
) -> Result<StatusCode, ApiError> {
    let artifact = caller
        .artifact(&app, &version.slug.artifact, Access::Own)
        .await?;
    app.delete_by(&caller, &artifact, &version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The upload's URL: in S3, or at this server, where the client can reach it.
async fn upload_target(
    app: &Registry,
    headers: &HeaderMap,
    key: String,
) -> Result<UploadTarget, ApiError> {
    if let Some(s3) = app.blobs.s3() {
        let url = s3.upload_url(&key, app.upload_lifetime).await?;
        return Ok(UploadTarget {
            upload_path: url.to_string(),
            upload_token: key,
            upload_protocol: None,
        });
    }
    Ok(UploadTarget {
        upload_path: format!("{}/_binstore/{key}", app.base_url(headers)),
        upload_token: key,
        upload_protocol: Some("resumable"),
    })
}
