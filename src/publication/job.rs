//! What each post-processor publishes, and how far it has come.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::artifact::Artifact;
use crate::atlas::create_version::NewVersion;
use crate::atlas::{Atlas, IdempotencyKey};
use crate::configuration::Configuration;
use crate::steps::Receipt;

/// What one post-processor publishes.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) configuration: Configuration,
    pub(super) atlas: Atlas,
    pub(super) artifact: ArtifactSource,
    /// The configuration's metadata, with what it lacks and the artifact knows.
    pub(super) metadata: Option<BTreeMap<String, String>>,
    /// The name of the request for its version, in all of its repetitions.
    pub(super) key: IdempotencyKey,
    /// Whether the server has shown that it knows what the key is for.
    pub(super) key_is_known: bool,
    pub(super) progress: VersionProgress,
}

/// How far the making of a version has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct VersionProgress {
    /// What it is asked for with: settled once, so that every repetition says the same.
    pub(super) request_body: Option<NewVersion>,
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
pub(super) enum ArtifactSource {
    /// The build's.
    Build(Rc<Artifact>),
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
    pub(super) fn artifact(&self, previous: Option<&Receipt>) -> Rc<Artifact> {
        match &self.artifact {
            ArtifactSource::Build(artifact) => Rc::clone(artifact),
            ArtifactSource::Previous => Rc::new(match previous {
                Some(receipt) => Artifact::published(&receipt.slug),
                None => Artifact::default(),
            }),
        }
    }

    /// What its version is asked for with: what was settled before, or what follows from the artifact.
    pub(super) fn request_body(&self, previous: Option<&Receipt>, file: bool) -> NewVersion {
        if let Some(settled) = &self.progress.request_body {
            return settled.clone();
        }
        let artifact = self.artifact(previous);
        NewVersion {
            build_id: self.configuration.build_id,
            compile_id: self.configuration.compile_id,
            file,
            id: artifact.id.clone(),
            metadata: merged(artifact.metadata.as_ref(), self.metadata.as_ref()),
        }
    }

    /// What is told once this version of it is published.
    pub(super) fn receipt(
        &self,
        previous: Option<&Receipt>,
        version: u64,
        size: Option<u64>,
        sha256: Option<String>,
    ) -> Receipt {
        Receipt {
            slug: self.version_slug(version),
            tag: self.configuration.artifact.to_string(),
            artifact_type: self.configuration.artifact_type.to_string(),
            version,
            id: self.request_body(previous, false).id,
            url: self.page(),
            size,
            sha256,
            confirmed: false,
        }
    }
}

/// What is sent as metadata: the artifact's own with the configuration's on top, nothing when
/// neither has any.
fn merged(
    own: Option<&BTreeMap<String, String>>,
    configured: Option<&BTreeMap<String, String>>,
) -> Option<BTreeMap<String, String>> {
    let mut merged = own.or(configured)?.clone();
    if let (Some(_), Some(configured)) = (own, configured) {
        merged.extend(configured.clone());
    }
    Some(merged)
}
