//! Versions of an artifact: what a client declares, and what Atlas then shows.

use base64::{Engine, prelude::BASE64_STANDARD as STANDARD};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    amazon::{self, Metadata},
    number,
    slug::TypeSlug,
    time,
};

/// What a client declares: the `artifact_version` of its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Declaration {
    /// The builder's id of the artifact, such as `us-east-1:ami-1`.
    pub(crate) id: String,
    /// Free keys and values; `None` when the client sent null.
    pub(crate) metadata: Option<Metadata>,
    /// Whether the client is going to upload a file.
    pub(crate) file: bool,
    /// `ATLAS_BUILD_ID` of the client, or 0.
    pub(crate) build_id: i64,
    /// `ATLAS_COMPILE_ID` of the client, or 0.
    pub(crate) compile_id: i64,
}

impl Declaration {
    /// Reads the body of a request and reports everything that is wrong, in the words of Rails.
    pub(crate) fn parse(body: &Value) -> Result<Self, Vec<String>> {
        let Some(fields) = body.get("artifact_version").and_then(Value::as_object) else {
            return Err(vec!["Artifact version can't be blank".to_owned()]);
        };
        let mut errors = Vec::new();
        let declaration = Self {
            id: id(fields, &mut errors),
            metadata: metadata(fields, &mut errors),
            file: file(fields, &mut errors),
            build_id: integer(fields, "build_id", "Build", &mut errors),
            compile_id: integer(fields, "compile_id", "Compile", &mut errors),
        };
        if errors.is_empty() {
            Ok(declaration)
        } else {
            Err(errors)
        }
    }
}

fn id(fields: &Map<String, Value>, errors: &mut Vec<String>) -> String {
    match fields.get("id") {
        Some(Value::String(id)) if !id.trim().is_empty() => return id.clone(),
        None | Some(Value::Null | Value::String(_)) => errors.push("Id can't be blank".to_owned()),
        Some(_) => errors.push("Id must be text".to_owned()),
    }
    String::new()
}

fn metadata(fields: &Map<String, Value>, errors: &mut Vec<String>) -> Option<Metadata> {
    match fields.get("metadata") {
        None | Some(Value::Null) => None,
        Some(Value::Object(pairs)) => {
            let mut metadata = Metadata::new();
            for (key, value) in pairs {
                match value {
                    Value::String(value) => drop(metadata.insert(key.clone(), value.clone())),
                    _ => errors.push(format!("Metadata {key} must be text")),
                }
            }
            Some(metadata)
        }
        Some(_) => {
            errors.push("Metadata must be a map".to_owned());
            None
        }
    }
}

fn file(fields: &Map<String, Value>, errors: &mut Vec<String>) -> bool {
    match fields.get("file") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(file)) => *file,
        // A form has nothing but text.
        Some(Value::String(file)) if matches!(file.as_str(), "true" | "1") => true,
        Some(Value::String(file)) if matches!(file.as_str(), "false" | "0" | "") => false,
        Some(_) => {
            errors.push("File must be true or false".to_owned());
            false
        }
    }
}

fn integer(fields: &Map<String, Value>, key: &str, field: &str, errors: &mut Vec<String>) -> i64 {
    match fields.get(key) {
        None | Some(Value::Null) => 0,
        Some(value) => number::of(value).unwrap_or_else(|| {
            errors.push(format!("{field} is not a number"));
            0
        }),
    }
}

/// A version as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    /// What it is a version of.
    pub(crate) slug: TypeSlug,
    /// Its number, counted from 1 within the slug.
    pub(crate) number: i64,
    /// What the client declared.
    pub(crate) declaration: Declaration,
    /// When it was made: RFC 3339, UTC, whole seconds.
    pub(crate) created_at: String,
    /// Who made it: a user, or a token by its number.
    pub(crate) created_by: String,
    /// The size and SHA-256 of its file, once the upload is complete.
    pub(crate) file: Option<Checksum>,
    /// From when on nobody should use it, and why.
    pub(crate) revocation: Option<Revocation>,
    /// The channels that are at it.
    pub(crate) channels: Vec<String>,
}

/// The end of a version's use.
#[derive(Debug, Clone)]
pub(crate) struct Revocation {
    /// From then on (RFC 3339, UTC) only its number finds it; until then it is as good as any.
    pub(crate) at: String,
    /// Why.
    pub(crate) reason: String,
}

impl Version {
    /// Whether nothing is missing: a version that declared a file is complete once that file is.
    pub(crate) fn is_complete(&self) -> bool {
        !self.declaration.file || self.file.is_some()
    }

    /// Whether its revocation has come into force.
    pub(crate) fn is_revoked(&self) -> bool {
        let revocation = self.revocation.as_ref();
        revocation.is_some_and(|revocation| revocation.at <= time::now())
    }
}

impl Revocation {
    /// The longest reason, in bytes.
    const LONGEST: usize = 1000;

    /// Reads a reason, and a time (RFC 3339), which may be to come; without one, it is now.
    pub(crate) fn parse(reason: &str, at: Option<&str>) -> Result<Self, Vec<String>> {
        let reason = reason.trim();
        let mut errors = Vec::new();
        if reason.is_empty() {
            errors.push("Reason can't be blank".to_owned());
        } else if reason.len() > Self::LONGEST {
            errors.push(format!(
                "Reason is too long (maximum is {} bytes)",
                Self::LONGEST
            ));
        }
        let at = at.map_or_else(|| Some(time::now()), |at| time::parse(at.trim()));
        if at.is_none() {
            errors.push("At must be a time such as 2030-01-31T12:00:00Z".to_owned());
        }
        match at.filter(|_| errors.is_empty()) {
            Some(at) => Ok(Self {
                at,
                reason: reason.to_owned(),
            }),
            None => Err(errors),
        }
    }
}

/// What identifies the bytes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Checksum {
    /// How many bytes.
    pub(crate) size: u64,
    /// Their SHA-256, unless they never came through this server.
    pub(crate) sha256: Option<[u8; 32]>,
}

impl Checksum {
    /// The SHA-256 in lower-case hexadecimal digits.
    pub(crate) fn sha256_hex(&self) -> Option<String> {
        let sha256 = self.sha256?;
        Some(sha256.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The SHA-256 as `Repr-Digest` tells it.
    pub(crate) fn repr_digest(&self) -> Option<String> {
        let sha256 = STANDARD.encode(self.sha256?);
        Some(format!("sha-256=:{sha256}:"))
    }
}

/// Where to upload a version's file.
#[derive(Debug, Clone)]
pub(crate) struct UploadTarget {
    /// An absolute URL.
    pub(crate) upload_path: String,
    /// The one-time key, which is also the last part of the URL's path.
    pub(crate) upload_token: String,
    /// What more than a plain PUT the URL takes: `resumable` if it is this server's, see `api::resumable`.
    pub(crate) upload_protocol: Option<&'static str>,
}

/// A version as JSON: the fields stand at the top level, without a wrapper.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Version)]
pub(crate) struct VersionJson {
    username: String,
    name: String,
    tag: String,
    artifact_type: String,
    id: String,
    version: i64,
    #[schema(value_type = Option<std::collections::BTreeMap<String, String>>, required)]
    metadata: Option<Metadata>,
    file: bool,
    slug: String,
    build_id: i64,
    compile_id: i64,
    #[schema(format = DateTime)]
    created_at: String,
    created_by: String,
    channels: Vec<String>,
    /// From then on only its number finds it.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    revoke_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoke_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    /// Where to upload the file: told to the one who made the version.
    #[serde(skip_serializing_if = "Option::is_none")]
    upload_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upload_token: Option<String>,
    /// Beside a plain PUT, the upload may come in pieces: `resumable`.
    #[serde(skip_serializing_if = "Option::is_none")]
    upload_protocol: Option<&'static str>,
}

impl VersionJson {
    /// Shows `version`; `upload` only to the one who made it.
    pub(crate) fn new(version: &Version, upload: Option<UploadTarget>) -> Self {
        let TypeSlug {
            artifact,
            artifact_type,
        } = &version.slug;
        let (revoke_at, revoke_reason) =
            version.revocation.clone().map(|r| (r.at, r.reason)).unzip();
        let upload_protocol = upload.as_ref().and_then(|upload| upload.upload_protocol);
        let (upload_path, upload_token) = upload
            .map(|upload| (upload.upload_path, upload.upload_token))
            .unzip();
        let declaration = &version.declaration;
        Self {
            username: artifact.user.to_string(),
            name: artifact.name.to_string(),
            tag: artifact.to_string(),
            artifact_type: artifact_type.to_string(),
            id: declaration.id.clone(),
            version: version.number,
            metadata: amazon::with_regions(
                artifact_type.as_str(),
                &declaration.id,
                declaration.metadata.as_ref(),
            ),
            file: declaration.file,
            slug: format!("{}/{}", version.slug, version.number),
            build_id: declaration.build_id,
            compile_id: declaration.compile_id,
            created_at: version.created_at.clone(),
            created_by: version.created_by.clone(),
            channels: version.channels.clone(),
            revoke_at,
            revoke_reason,
            size: version.file.map(|file| file.size),
            sha256: version.file.and_then(|file| file.sha256_hex()),
            upload_path,
            upload_token,
            upload_protocol,
        }
    }

    /// The metadata as it is shown, with the keys added for Amazon.
    pub(crate) fn metadata(&self) -> Option<&Metadata> {
        self.metadata.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn everything_wrong_is_reported_at_once() {
        let body = json!({"artifact_version": {
            "id": " ", "metadata": {"a": 1, "b": "x", "c": null}, "file": "yes", "build_id": "seven", "compile_id": 1.5
        }});
        assert_eq!(
            Declaration::parse(&body).unwrap_err(),
            [
                "Id can't be blank",
                "Metadata a must be text",
                "Metadata c must be text",
                "File must be true or false",
                "Build is not a number",
                "Compile is not a number",
            ]
        );
        assert_eq!(
            Declaration::parse(&json!({"id": "x"})).unwrap_err(),
            ["Artifact version can't be blank"]
        );
    }

    #[test]
    fn only_the_id_is_required() {
        let declaration =
            Declaration::parse(&json!({"artifact_version": {"id": "x", "metadata": null}}))
                .unwrap();
        assert_eq!(declaration.metadata, None);
        assert!(!declaration.file);
        assert_eq!((declaration.build_id, declaration.compile_id), (0, 0));
    }
}
