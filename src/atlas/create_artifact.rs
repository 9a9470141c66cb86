//! `POST /artifacts`: creates the artifact.

use serde::Serialize;

use super::error::success;
use super::get_artifact::read_artifact;
use super::{ApiError, Atlas, Request, Response, Slug};

/// What became of the request.
#[derive(Debug, PartialEq, Eq)]
pub enum Created {
    /// The artifact is there.
    Yes,
    /// Somebody else was faster, it seems: Atlas says that the name is taken.
    Taken(ApiError),
}

#[derive(Serialize)]
struct Body<'a> {
    artifact: NewArtifact<'a>,
}

#[derive(Serialize)]
struct NewArtifact<'a> {
    username: &'a str,
    name: &'a str,
}

/// Asks to create it. Without the key, which stands for one request: that for the version.
pub fn request(atlas: &Atlas, slug: &Slug) -> Request {
    let artifact = NewArtifact {
        username: slug.user.as_str(),
        name: slug.name.as_str(),
    };
    let body = Body { artifact };
    atlas.post(format!("create artifact {slug}"), &["artifacts"], &body)
}

/// Reads the answer.
pub fn read(response: &Response) -> Result<Created, ApiError> {
    match success(response) {
        Ok(()) => read_artifact(response).map(|()| Created::Yes),
        Err(error) if says_taken(response, &error) => Ok(Created::Taken(error)),
        Err(error) => Err(error),
    }
}

fn says_taken(response: &Response, error: &ApiError) -> bool {
    match error {
        ApiError::Rejected(errors) => errors.iter().any(|text| {
            let text = text.to_ascii_lowercase();
            text.contains("taken") || text.contains("exist")
        }),
        _ => response.status == 409,
    }
}
