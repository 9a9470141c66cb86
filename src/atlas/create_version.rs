//! `POST /artifacts/{user}/{name}/{type}`: makes a new version of the artifact.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use super::error::{json, success};
use super::{ApiError, ArtifactType, Atlas, Request, Response, Slug};

/// What is said of a new version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVersion<'a> {
    /// The artifact that it is a version of.
    pub slug: &'a Slug,
    /// What kind of artifact it is.
    pub artifact_type: &'a ArtifactType,
    /// The artifact's id, in the builder's words.
    pub id: &'a str,
    /// What else is known of it.
    pub metadata: Option<&'a BTreeMap<String, String>>,
    /// Whether a file will be uploaded.
    pub file: bool,
    /// The number of the build in Atlas, 0 for none.
    pub build_id: i64,
    /// The number of the compilation in Atlas, 0 for none.
    pub compile_id: i64,
}

/// A version that Atlas has made. Its fields stand at the top level of the answer, unwrapped.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Version {
    /// Its number, counted for each user/name/type.
    pub version: u64,
    /// Where its file is uploaded to, if it has one. Not trusted: see [`super::upload`].
    pub upload_path: Option<String>,
}

/// Asks for a new version.
pub fn request(atlas: &Atlas, new: &NewVersion) -> Request {
    let body = json!({
        "artifact_version": {
            "build_id": new.build_id,
            "compile_id": new.compile_id,
            "file": new.file,
            "id": new.id,
            "metadata": new.metadata,
        }
    });
    let NewVersion {
        slug,
        artifact_type,
        ..
    } = new;
    let path = [
        "artifacts",
        slug.user.as_str(),
        slug.name.as_str(),
        artifact_type.as_str(),
    ];
    atlas.post(
        format!("new version of {slug}/{artifact_type}"),
        &path,
        &body,
    )
}

/// Reads the version that was made.
pub fn read(response: &Response) -> Result<Version, ApiError> {
    success(response)?;
    json(response)
}
