//! Versions that are in Atlas.

use std::collections::BTreeMap;

/// A version that is in Atlas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// `user/name/type/version`.
    pub slug: String,
    /// `user/name`.
    pub tag: String,
    /// What kind of artifact it is.
    pub artifact_type: String,
    /// Its number.
    pub version: u64,
    /// The published artifact's id.
    pub id: String,
    /// What else is known of it.
    pub metadata: BTreeMap<String, String>,
    /// Where its file is, if it has one.
    pub url: Option<String>,
    /// Bytes of that file, if the server tells them.
    pub size: Option<u64>,
    /// SHA-256 of that file in hexadecimal, if the server tells it.
    pub sha256: Option<String>,
    /// The Amazon machine images by region.
    pub amis: BTreeMap<String, String>,
    /// From when on it should not be used any more, in RFC 3339, if that is so.
    pub revoke_at: Option<String>,
}

/// A version that was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The version.
    pub version: Version,
    /// Its field that was asked for, if one was.
    pub field: Option<String>,
}

/// A version's file that the host has now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// The version.
    pub version: Version,
    /// Bytes of the file.
    pub size: u64,
    /// SHA-256 of the file in hexadecimal.
    pub sha256: String,
    /// Whether Atlas told the same SHA-256; else it told none.
    pub verified: bool,
}
