//! `GET /artifacts/{user}/{name}`: whether the artifact exists.

use serde::Deserialize;

use super::error::{json, success};
use super::{ApiError, Atlas, Request, Response, Slug};

/// The form of an artifact. Nothing of it is needed, but that it is there tells an Atlas from
/// something else that answers 200.
#[derive(Deserialize)]
pub(super) struct Wrapper {
    #[expect(dead_code, reason = "what counts is that it is there")]
    artifact: serde_json::Map<String, serde_json::Value>,
}

/// Asks for the artifact.
pub fn request(atlas: &Atlas, slug: &Slug) -> Request {
    let path = ["artifacts", slug.user.as_str(), slug.name.as_str()];
    atlas.get(format!("find artifact {slug}"), &path)
}

/// Reads whether it exists.
pub fn read(response: &Response) -> Result<bool, ApiError> {
    match success(response) {
        Ok(()) => json::<Wrapper>(response).map(|_| true),
        Err(ApiError::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}
