//! `PUT /_binstore/{key}`: the file of a version.
//!
//! The key in the URL is the permission, and is good for one file (atlas-go, `client.go`, sends no
//! token here). The file belongs to its version from the moment it is complete, and not before.
//! A client that did not get the answer may send the same file again, and gets it then.

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, header::CONTENT_LENGTH},
};
use serde_json::{Value, json};

use super::{ApiError, App, Registry, body};
use crate::{
    database::{Attached, Blob, Upload},
    reception::{ReceptionError, receive},
    version::Checksum,
};

/// Receives a file.
pub(super) async fn upload(
    State(app): State<App>,
    key: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, ApiError> {
    // A key that is not UTF-8 is an unknown one.
    let key = key.map(|Path(key)| key).unwrap_or_default();
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse().ok());
    // A task of its own ends in order even if the client goes away and nobody wants the answer.
    let checksum = tokio::spawn(async move {
        match app.database.upload(&key).await? {
            None => {
                body::discard(body).await;
                Err(ApiError::NotFound("There is no such upload"))
            }
            Some(Upload { file: Some(file) }) => again(file, receive(body, length, None).await?),
            Some(Upload { file: None }) => first(&app, &key, body, length).await,
        }
    });
    let checksum = checksum
        .await
        .map_err(|error| ApiError::Internal(error.to_string()))??;
    Ok(Json(
        json!({ "size": checksum.size, "sha256": checksum.sha256_hex() }),
    ))
}

/// A file for a version that has none yet.
async fn first(
    app: &Registry,
    key: &str,
    body: Body,
    length: Option<u64>,
) -> Result<Checksum, ApiError> {
    let mut blob = app.blobs.begin().await?;
    let checksum = receive(body, length, Some(&mut blob)).await?;
    let blob = Blob {
        name: blob.finish().await?,
        checksum,
    };
    match app.database.attach(key, &blob).await? {
        Attached::Done => Ok(checksum),
        Attached::Before(file) => {
            app.blobs.remove(&blob.name).await?;
            again(file, checksum)
        }
    }
}

/// A file for a version that has one.
fn again(file: Checksum, received: Checksum) -> Result<Checksum, ApiError> {
    if file == received {
        Ok(file)
    } else {
        Err(ApiError::invalid("The version has another file already"))
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
