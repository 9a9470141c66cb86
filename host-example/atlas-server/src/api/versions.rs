//! `POST /api/v1/artifacts/{user}/{name}/{type}`: a new version.
//!
//! The answer is the version, not wrapped, with the URL to upload its file to if it declared one
//! (atlas-go, `artifact.go`). A request with an `Idempotency-Key` can be repeated: it makes one
//! version, however often it arrives. The original had no such header and ignored it.

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, header::HOST, uri::Authority},
};

use super::{ApiError, App, Registry, body, idempotency};
use crate::{
    database::Created,
    slug::TypeSlug,
    token::random_name,
    version::{Declaration, UploadTarget, VersionJson},
};

/// Makes a version, or finds the one this request has made before.
pub(super) async fn create(
    State(app): State<App>,
    slug: TypeSlug,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<VersionJson>, ApiError> {
    let declaration = Declaration::parse(&body::read_json(body).await?)?;
    let idempotency_key = idempotency::key(&headers)?;
    let upload_key = random_name(32);
    let created = app
        .database
        .create_version(&slug, declaration, idempotency_key, &upload_key)
        .await?;
    match created {
        Created::Version(version, upload_key) => {
            let upload = upload_key.map(|key| upload_target(&app, &headers, key));
            Ok(Json(VersionJson::new(&version, upload)))
        }
        Created::NoArtifact => Err(ApiError::NotFound("There is no such artifact")),
        Created::KeyReused => Err(ApiError::invalid(
            "Idempotency-Key has already been used with another body",
        )),
    }
}

/// The upload's URL on the host the client has reached this server by.
fn upload_target(app: &Registry, headers: &HeaderMap, key: String) -> UploadTarget {
    let host = headers
        .get(HOST)
        .and_then(|host| Authority::try_from(host.as_bytes()).ok());
    let host = host.map_or_else(|| app.address.to_string(), |host| host.to_string());
    UploadTarget {
        upload_path: format!("http://{host}/_binstore/{key}"),
        upload_token: key,
    }
}
