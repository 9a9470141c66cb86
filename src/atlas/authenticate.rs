//! `GET /authenticate`: whether the token is accepted.

use super::error::success;
use super::{ApiError, Atlas, Request, Response};

/// Asks whether the token is accepted.
pub fn request(atlas: &Atlas) -> Request {
    atlas.get("verify the token".into(), &["authenticate"])
}

/// Reads the answer; its body means nothing.
pub fn read(response: &Response) -> Result<(), ApiError> {
    success(response)
}
