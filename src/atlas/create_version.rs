//! `POST /artifacts/{user}/{name}/{type}`: makes a new version of the artifact.

use std::collections::BTreeMap;

use serde::Serialize;

use super::error::{body, success};
use super::{
    ApiError, ArtifactType, Atlas, IdempotencyKey, Request, Response, Slug, resumable_upload,
};

/// What is said of a new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewVersion {
    /// The number of the build in Atlas, 0 for none.
    pub build_id: i64,
    /// The number of the compilation in Atlas, 0 for none.
    pub compile_id: i64,
    /// Whether a file will be uploaded.
    pub file: bool,
    /// The artifact's id, in the builder's words.
    pub id: String,
    /// What else is known of it.
    pub metadata: Option<BTreeMap<String, String>>,
}

#[derive(Serialize)]
struct Body<'a> {
    artifact_version: &'a NewVersion,
}

/// A version that Atlas has made. Its fields stand at the top level of the answer, unwrapped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Version {
    /// Its number, counted for each user/name/type.
    pub version: u64,
    /// Where its file is uploaded to, if it has one. Not trusted: see [`super::upload`].
    pub upload_path: Option<String>,
    /// Whether it can be uploaded in pieces: see [`super::resumable_upload`].
    pub is_resumable: bool,
}

/// Asks for a new version of an artifact, of that type. A server that knows the key makes one
/// version however often it is asked.
pub fn request(
    atlas: &Atlas,
    slug: &Slug,
    artifact_type: &ArtifactType,
    new: &NewVersion,
    key: &IdempotencyKey,
) -> Request {
    let path = Atlas::versions_path(slug, artifact_type, &[]);
    let purpose = format!("make a new version of {slug}/{artifact_type}");
    let artifact_version = new;
    let mut request = atlas.post(purpose, &path, &Body { artifact_version });
    request.headers.push(key.header());
    request
}

/// Reads the version that was made.
pub fn read(response: &Response) -> Result<Version, ApiError> {
    success(response)?;
    body(response, "`version` number", |root| {
        Some(Version {
            version: root.get("version")?.as_count()?,
            upload_path: root
                .get("upload_path")
                .and_then(|path| Some(path.as_str()?.into())),
            is_resumable: resumable_upload::is_offered(root),
        })
    })
}
