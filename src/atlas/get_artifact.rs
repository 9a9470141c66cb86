//! `GET /artifacts/{user}/{name}`: whether the artifact exists.

use super::error::{body, success};
use super::{ApiError, Atlas, IdempotencyKey, Request, Response, Slug};

/// Asks for the artifact. The key of the version that comes next goes along: the answer tells
/// whether the server knows what keys are for.
pub fn request(atlas: &Atlas, slug: &Slug, key: &IdempotencyKey) -> Request {
    let path = ["artifacts", slug.user.as_str(), slug.name.as_str()];
    let mut request = atlas.get(format!("find artifact {slug}"), &path);
    request.headers.push(key.header());
    request
}

/// Reads whether it exists.
pub fn read(response: &Response) -> Result<bool, ApiError> {
    match success(response) {
        Ok(()) => read_artifact(response).map(|()| true),
        Err(ApiError::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Reads an artifact. Nothing of it is needed, but that it is there tells an Atlas from something
/// else that answers 200.
pub(super) fn read_artifact(response: &Response) -> Result<(), ApiError> {
    body(response, "`artifact`", |root| {
        root.get("artifact").map(|_| ())
    })
}
