//! `GET /api/v1/artifacts/{user}/{name}/{type}/{version}/file`: the bytes of a version's file.
//!
//! `{version}` is a number or `latest`. Without it, as the client's own helper builds the URL
//! (`ArtifactFileURL` of atlas-go), it is the latest file too. A HEAD request gets the headers.

use axum::{
    body::Body,
    extract::{Path, State},
    http::header::{CONTENT_LENGTH, CONTENT_TYPE},
    response::{IntoResponse, Response},
};

use super::{ApiError, App, Registry};
use crate::slug::TypeSlug;

/// The newest file of a type.
pub(super) async fn latest(State(app): State<App>, slug: TypeSlug) -> Result<Response, ApiError> {
    file(&app, &slug, None).await
}

/// The file of one version.
pub(super) async fn version(
    State(app): State<App>,
    slug: TypeSlug,
    Path((.., version)): Path<(String, String, String, String)>,
) -> Result<Response, ApiError> {
    let number = match version.as_str() {
        "latest" => None,
        number => Some(
            number
                .parse()
                .map_err(|_| ApiError::invalid("Version must be latest or a number"))?,
        ),
    };
    file(&app, &slug, number).await
}

async fn file(app: &Registry, slug: &TypeSlug, version: Option<i64>) -> Result<Response, ApiError> {
    let blob = app.database.blob(slug, version).await?;
    let blob = blob.ok_or(ApiError::NotFound("There is no such file"))?;
    let headers = [
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        (CONTENT_LENGTH, blob.checksum.size.to_string()),
    ];
    let bytes = Body::from_stream(app.blobs.read(&blob.name, blob.checksum.size));
    Ok((headers, bytes).into_response())
}
