//! What each post-processor publishes, and how far it has come.

use std::collections::BTreeMap;

use super::step::Receipt;
use crate::artifact::Artifact;
use crate::atlas::create_version::NewVersion;
use crate::atlas::{Atlas, IdempotencyKey};
use crate::configuration::Configuration;

/// What one post-processor publishes.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) configuration: Configuration,
    pub(super) atlas: Atlas,
    pub(super) artifact: ArtifactOf,
    /// The configuration's metadata, with what it lacks and the artifact knows.
    pub(super) metadata: Option<BTreeMap<String, String>>,
    /// The name of the request for its version, in all of its repetitions.
    pub(super) key: IdempotencyKey,
    /// Whether the server has shown that it knows what the key is for.
    pub(super) key_is_known: bool,
    pub(super) making: Making,
}

/// How far the making of a version has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Making {
    /// What is said of it: settled once, so that every repetition says the same.
    pub(super) declared: Option<NewVersion>,
    /// The fingerprint of its files.
    pub(super) files: String,
    /// The number of the latest version before it, 0 for none; `None` if that is not known.
    pub(super) before: Option<u64>,
    /// Whether it was asked for, and the answer is lost.
    pub(super) in_doubt: bool,
    /// Its number, once it is known.
    pub(super) made: Option<u64>,
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

    /// The artifact that it publishes. `previous` is what the post-processor before it did.
    pub(super) fn artifact(&self, previous: Option<&Receipt>) -> Artifact {
        match (&self.artifact, previous) {
            (ArtifactOf::Build(artifact), _) => artifact.clone(),
            (ArtifactOf::Previous, Some(receipt)) => Artifact::published(&receipt.slug()),
            (ArtifactOf::Previous, None) => Artifact::default(),
        }
    }

    /// What is said of its version: what was settled before, or what follows from the artifact.
    pub(super) fn declaration(&self, previous: Option<&Receipt>, file: bool) -> NewVersion {
        if let Some(declared) = &self.making.declared {
            return declared.clone();
        }
        let artifact = self.artifact(previous);
        NewVersion {
            build_id: self.configuration.build_id,
            compile_id: self.configuration.compile_id,
            file,
            id: artifact.id,
            metadata: merged(artifact.metadata, self.metadata.clone()),
        }
    }
}

/// What is sent as metadata: the artifact's own with the configuration's on top, nothing when
/// neither has any.
fn merged(
    own: Option<BTreeMap<String, String>>,
    configured: Option<BTreeMap<String, String>>,
) -> Option<BTreeMap<String, String>> {
    match (own, configured) {
        (Some(mut own), Some(configured)) => {
            own.extend(configured);
            Some(own)
        }
        (own, configured) => own.or(configured),
    }
}
