//! What all requests to an upload have in common, whether its file comes whole or in pieces.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
    response::Response,
};

use serde::Serialize;
use utoipa::ToSchema;

use super::error::ApiError;
use crate::version::Checksum;

/// The sentence about a key that belongs to no upload.
pub(super) const UNKNOWN: ApiError = ApiError::NotFound("There is no such upload");

/// The key in the path. One that is not UTF-8 is an unknown one.
pub(super) struct Key(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let key = Path::<String>::from_request_parts(parts, state).await;
        Ok(Self(key.map(|Path(key)| key).unwrap_or_default()))
    }
}

/// Does the work in a task of its own: it ends in order even if the client goes away and nobody wants
/// the answer.
pub(super) async fn in_order(
    work: impl Future<Output = Result<Response, ApiError>> + Send + 'static,
) -> Result<Response, ApiError> {
    let done = tokio::spawn(work).await;
    done.map_err(|error| ApiError::Internal(error.to_string()))?
}

/// A file for a version that has one.
pub(super) fn again(file: Checksum, received: Checksum) -> Result<Checksum, ApiError> {
    if file == received {
        Ok(file)
    } else {
        Err(ApiError::invalid("The version has another file already"))
    }
}

/// The file as it came.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = File)]
pub(super) struct FileJson {
    size: u64,
    /// In hexadecimal digits.
    sha256: String,
}

impl From<Checksum> for FileJson {
    fn from(file: Checksum) -> Self {
        Self {
            size: file.size,
            // A file that comes through this server has one.
            sha256: file.sha256_hex().unwrap_or_default(),
        }
    }
}
