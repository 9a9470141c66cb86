//! `Idempotency-Key`: the name of a request across its repetitions
//! (draft-ietf-httpapi-idempotency-key-header).
//!
//! The draft leaves open how a client learns that a server knows the header. Here every answer to a
//! request with a key repeats the key.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName},
    middleware::Next,
    response::Response,
};

use super::error::ApiError;

/// The header.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The key of a request, if it has one.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let Some(key) = headers.get(IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    match key.to_str() {
        Ok(key) if (1..=255).contains(&key.len()) => Ok(Some(key)),
        _ => Err(ApiError::invalid(
            "Idempotency-Key must be 1 to 255 ASCII characters",
        )),
    }
}

/// Repeats the key in the answer.
pub(super) async fn repeat_key(request: Request, next: Next) -> Response {
    let key = request.headers().get(IDEMPOTENCY_KEY).cloned();
    let mut response = next.run(request).await;
    if let Some(key) = key {
        response.headers_mut().insert(IDEMPOTENCY_KEY, key);
    }
    response
}
