//! What Atlas holds after one post-processor.

/// What Atlas holds after one post-processor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// `user/name/type/version`: the version's name in Atlas.
    pub slug: String,
    /// `user/name`.
    pub tag: String,
    /// What kind of artifact it is.
    pub artifact_type: String,
    /// The version's number.
    pub version: u64,
    /// The published artifact's id.
    pub id: String,
    /// The artifact's page.
    pub url: String,
    /// Bytes of the file that was uploaded, if there was one.
    pub size: Option<u64>,
    /// SHA-256 of that file in hexadecimal, where the host told it.
    pub sha256: Option<String>,
    /// Whether a search has found it, with this size and this SHA-256 where the server tells them.
    pub confirmed: bool,
}
