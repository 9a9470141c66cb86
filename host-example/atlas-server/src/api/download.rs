//! `GET /api/v1/artifacts/{user}/{name}/{type}/{version}/file`: the bytes of a version's file.
//!
//! `{version}` is a number, `latest` or a channel. Without it, as the client's own helper builds the URL
//! (`ArtifactFileURL` of atlas-go), it is the latest file too. A HEAD request gets the headers.
//! The SHA-256 is told twice: as the entity tag, by which a client that goes on with a `Range` makes
//! sure with `If-Range` that it is still the same file, and as `Repr-Digest` (RFC 9530).
//! A file in S3 is fetched from there: the answer is a redirect to a URL that is signed for it.

use std::io;

use axum::{
    body::Body,
    extract::State,
    http::{
        HeaderMap, Method, StatusCode,
        header::{
            ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
            LOCATION,
        },
    },
    response::{IntoResponse, Response},
};
use futures_util::TryStreamExt;

use super::{
    answers::Downloading,
    error::ApiError,
    header_names::REPR_DIGEST,
    range::{self, Part, RangeHeaders},
    registry::App,
    wanted::{Wanted, WantedVersion},
};
use crate::{
    access::{Access, Caller},
    blobs::{Blobs, S3},
    slug::TypeSlug,
};

/// The sentence about a version without a file, and about no version.
const NO_FILE: ApiError = ApiError::NotFound("There is no such file");

/// Downloads the newest file of a type.
#[utoipa::path(
    get,
    path = "/artifacts/{user}/{name}/{type}/file",
    operation_id = "download_latest",
    tag = "files",
    params(RangeHeaders),
    responses(Downloading)
)]
pub(super) async fn latest(
    State(app): State<App>,
    slug: TypeSlug,
    caller: Caller,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    file(&app, &slug, &caller, &Wanted::Latest, &method, &headers).await
}

/// Downloads the file of a version.
#[utoipa::path(
    get,
    path = "/artifacts/{user}/{name}/{type}/{version}/file",
    operation_id = "download",
    tag = "files",
    params(RangeHeaders),
    responses(Downloading)
)]
pub(super) async fn version(
    State(app): State<App>,
    slug: TypeSlug,
    WantedVersion(wanted): WantedVersion,
    caller: Caller,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    file(&app, &slug, &caller, &wanted, &method, &headers).await
}

async fn file(
    app: &App,
    slug: &TypeSlug,
    caller: &Caller,
    wanted: &Wanted,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    caller.artifact(app, &slug.artifact, Access::Read).await?;
    let version = wanted.find(app, slug, |version| version.file.is_some());
    let blob = match version.await {
        Ok(version) => app.database.blob(slug, version.number).await?,
        Err(ApiError::NotFound(_)) => None,
        Err(error) => return Err(error),
    };
    let blob = blob.ok_or(NO_FILE)?;
    let directory = match &app.blobs {
        Blobs::Directory(directory) => directory,
        Blobs::S3(s3) => return redirect(s3, &blob.name, method).await,
    };
    let size = blob.checksum.size;
    let sha256 = blob.checksum.sha256_hex().unwrap_or_default();
    let etag = format!("\"{sha256}\"");
    let digest = blob.checksum.repr_digest();
    let digest = digest.map(|digest| [(REPR_DIGEST, digest)]);
    let about_file = (
        [(ACCEPT_RANGES, "bytes".to_owned()), (ETAG, etag.clone())],
        digest,
    );
    if range::is_known(headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, about_file, ()).into_response());
    }
    // Only a GET has ranges.
    let part = match *method {
        Method::GET => range::wanted(headers, size, &etag),
        _ => Part::Whole,
    };
    let (status, content_range, range) = match part {
        Part::Whole => (StatusCode::OK, None, 0..size),
        Part::Range(range) => {
            let content_range = format!("bytes {}-{}/{size}", range.start, range.end - 1);
            (StatusCode::PARTIAL_CONTENT, Some(content_range), range)
        }
        Part::Unsatisfiable => {
            let content_range = [(CONTENT_RANGE, format!("bytes */{size}"))];
            return Ok((about_file, content_range, ApiError::Unsatisfiable).into_response());
        }
    };
    let headers = [
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        (CONTENT_LENGTH, (range.end - range.start).to_string()),
    ];
    let content_range = content_range.map(|range| [(CONTENT_RANGE, range)]);
    let sent = app.metrics.sent.clone();
    let bytes = directory.read(&blob.name, range).await;
    let bytes = bytes.map_err(|error| match error.kind() {
        // The version was deleted just now.
        io::ErrorKind::NotFound => NO_FILE,
        _ => error.into(),
    })?;
    let bytes = Body::from_stream(bytes.inspect_ok(move |bytes| {
        sent.inc_by(bytes.len() as u64);
    }));
    Ok((status, about_file, headers, content_range, bytes).into_response())
}

async fn redirect(s3: &S3, blob: &str, method: &Method) -> Result<Response, ApiError> {
    let url = s3.download_url(blob, method.clone()).await?;
    let headers = [
        (LOCATION, url.to_string()),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((StatusCode::FOUND, headers).into_response())
}
