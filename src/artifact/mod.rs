//! What a build made, in Packer's terms: a builder id, an id, perhaps files.

mod amazon;
mod manifest;
mod record;

use std::collections::BTreeMap;

pub use manifest::from_manifest;
pub use record::from_record;

/// Builder id of what Packer's `vagrant` post-processor makes; the id of such an artifact is the
/// provider of the box (Packer 1.2.5, post-processor/vagrant/artifact.go).
const VAGRANT_BUILDER_ID: &str = "mitchellh.post-processor.vagrant";

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

    /// The provider of a Vagrant box, where the artifact knows it.
    pub fn vagrant_provider(&self) -> Option<&str> {
        (self.builder_id == VAGRANT_BUILDER_ID && !self.id.is_empty()).then_some(&self.id)
    }
}
