//! `PUT /_binstore/{key}`: the file of a version.
//!
//! The key in the URL is the permission, and is good for one file (atlas-go, `client.go`, sends no
//! token here). The file belongs to its version from the moment it is complete, and not before.
//! A client that did not get the answer may send the same file again, and gets it then.

use axum::{
    Json,
    body::Body,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};

use super::{
    answers::Uploading,
    body,
    error::ApiError,
    registry::{App, Registry},
    resumable,
    upload_headers::{content_length, upload_complete},
    upload_requests::{FileJson, Key, UNKNOWN, again, in_order},
};
use crate::{
    blobs::Directory,
    database::{Attached, Blob},
    reception::{ReceptionError, receive},
    version::Checksum,
};

/// Receives a file, or begins to.
#[utoipa::path(put, path = "/_binstore/{key}", operation_id = "upload", tag = "files", security(()),
    params(
        ("Upload-Complete" = Option<String>, Header, description = "`?0` begins an upload in pieces"),
        ("Upload-Length" = Option<u64>, Header, description = "The length of the whole file")),
    request_body(content = ref("#/components/schemas/Bytes"), content_type = "application/octet-stream"),
    responses((status = 200, description = "The file has come", body = FileJson), (status = 201, description = "The upload has begun"), Uploading))]
pub(super) async fn put(
    State(app): State<App>,
    key: Key,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    if upload_complete(&headers) == Some(false) {
        return in_order(resumable::create(app, key, headers, body)).await;
    }
    in_order(async move {
        let Key(key) = key;
        let upload = app.database.upload(&key).await?;
        let known = async {
            let upload = upload.ok_or(UNKNOWN)?;
            let directory = app.blobs.directory().ok_or(UNKNOWN)?;
            let length = content_length(&headers).ok_or(ApiError::LengthRequired)?;
            if upload.file.is_none() {
                app.has_room(&key, length).await?;
            }
            Ok((upload.file, Some(length), directory))
        };
        let checksum = match known.await {
            Err(refusal) => {
                body::discard(body).await;
                return Err(refusal);
            }
            Ok((Some(file), length, _)) => again(file, receive(body, length, None).await?)?,
            Ok((None, length, directory)) => first(&app, directory, &key, body, length).await?,
        };
        Ok(Json(FileJson::from(checksum)).into_response())
    })
    .await
}

/// A file for a version that has none yet.
async fn first(
    app: &Registry,
    directory: &Directory,
    key: &str,
    body: Body,
    length: Option<u64>,
) -> Result<Checksum, ApiError> {
    let mut blob = directory.begin().await?;
    let checksum = receive(body, length, Some(&mut blob)).await?;
    let blob = Blob {
        name: blob.finish().await?,
        checksum,
    };
    match app.database.attach(key, &blob).await? {
        Attached::Done { abandoned } => {
            if let Some(abandoned) = abandoned {
                directory.discard(&abandoned)?;
            }
            Ok(checksum)
        }
        Attached::Before(file) => {
            directory.remove(&blob.name).await?;
            again(file, checksum)
        }
        Attached::Gone => {
            directory.remove(&blob.name).await?;
            Err(UNKNOWN)
        }
    }
}

impl From<ReceptionError> for ApiError {
    fn from(error: ReceptionError) -> Self {
        match error {
            ReceptionError::Incomplete { .. } => Self::Malformed(error.to_string()),
            ReceptionError::Store(_) | ReceptionError::Work(_) => Self::Internal(error.to_string()),
        }
    }
}
