//! What each post-processor publishes.

use std::collections::BTreeMap;

use crate::artifact::Artifact;
use crate::atlas::Atlas;
use crate::configuration::Configuration;

/// What one post-processor publishes.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) configuration: Configuration,
    pub(super) atlas: Atlas,
    pub(super) artifact: ArtifactOf,
    /// The configuration's metadata, with what it lacks and the artifact knows.
    pub(super) metadata: Option<BTreeMap<String, String>>,
}

/// Whose artifact a post-processor publishes.
#[derive(Debug)]
pub(super) enum ArtifactOf {
    /// The build's.
    Build(Artifact),
    /// The one that the post-processor before it in a sequence made.
    Previous,
}

impl Job {
    /// The artifact's page: the documentation says that `hashicorp/foobar` maps to
    /// `atlas.hashicorp.com/hashicorp/foobar`.
    pub(super) fn page(&self) -> String {
        let slug = &self.configuration.artifact;
        let path = [slug.user.as_str(), slug.name.as_str()];
        self.atlas.base_url.page(&path)
    }

    /// `user/name/type/version`.
    pub(super) fn version_slug(&self, version: u64) -> String {
        let Configuration {
            artifact,
            artifact_type,
            ..
        } = &self.configuration;
        format!("{artifact}/{artifact_type}/{version}")
    }
}
