//! The bodies of API requests: small ones, read as a whole.

use axum::body::Body;
use bytes::Bytes;
use futures_util::StreamExt;
use serde_json::Value;

use super::ApiError;

/// The largest body that is read.
const LARGEST: usize = 1 << 20;

/// How much of a body that is refused is still taken off the line. A client that is cut off while it
/// sends often reports a broken connection and never reads the answer that says why.
const DISCARDED: usize = 64 << 20;

/// Reads a body of at most 1 MiB.
pub(super) async fn read(body: Body) -> Result<Bytes, ApiError> {
    let mut stream = body.into_data_stream();
    let mut read = Vec::new();
    while let Some(bytes) = stream.next().await {
        let bytes = bytes.map_err(|_| ApiError::Malformed("The body is incomplete".to_owned()))?;
        if read.len() + bytes.len() > LARGEST {
            discard(Body::from_stream(stream)).await;
            return Err(ApiError::TooLarge(LARGEST));
        }
        read.extend_from_slice(&bytes);
    }
    Ok(read.into())
}

/// Reads a body of JSON, whatever its Content-Type says.
pub(super) async fn read_json(body: Body) -> Result<Value, ApiError> {
    serde_json::from_slice(&read(body).await?)
        .map_err(|error| ApiError::Malformed(format!("The body is not JSON: {error}")))
}

/// Takes a body that is refused off the line, up to a limit.
pub(super) async fn discard(body: Body) {
    let mut stream = body.into_data_stream();
    let mut discarded = 0;
    while let Some(Ok(bytes)) = stream.next().await {
        discarded += bytes.len();
        if discarded > DISCARDED {
            return;
        }
    }
}
