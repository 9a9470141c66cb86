//! `HEAD /artifacts/{user}/{name}/{type}/{version}/file`: whether a version's file is there.

use super::{ArtifactType, Atlas, Body, Method, Request, Response, Slug};

/// Asks about the file of a version, without its bytes.
pub fn request(atlas: &Atlas, slug: &Slug, artifact_type: &ArtifactType, version: u64) -> Request {
    let number = version.to_string();
    let path = Atlas::versions_path(slug, artifact_type, &[&number, "file"]);
    let purpose = format!("see whether the file of {slug}/{artifact_type}/{version} is there");
    atlas.request(purpose, Method::Head, &path, Body::Empty)
}

/// Reads whether the file is there and has so many bytes. Many servers redirect to where the file
/// is, before they know whether it is: that says nothing.
pub fn read(response: &Response, size: u64) -> bool {
    let length = response.header("content-length");
    let length = length.and_then(|text| text.trim().parse::<u64>().ok());
    response.status == 200 && length == Some(size)
}
