//! What a build made: a builder id, an id, perhaps files.

use std::collections::BTreeMap;

/// Builder id of what this post-processor makes (Packer 1.2.5, post-processor/atlas/artifact.go).
const ATLAS_BUILDER_ID: &str = "packer.post-processor.atlas";

/// What a build made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Artifact {
    /// Who made it.
    pub builder_id: String,
    /// What it is called, in its builder's terms.
    pub id: String,
    /// Paths of its files.
    pub files: Vec<String>,
    /// What it says of itself, if anything.
    pub metadata: Option<BTreeMap<String, String>>,
    /// What kind of artifact it says to be.
    pub artifact_type: Option<String>,
}

impl Artifact {
    /// What this post-processor makes of any artifact: no files, and the version's slug as id. In
    /// a sequence the next post-processor gets it.
    pub fn published(slug: &str) -> Self {
        Self {
            builder_id: ATLAS_BUILDER_ID.into(),
            id: slug.into(),
            ..Self::default()
        }
    }
}
