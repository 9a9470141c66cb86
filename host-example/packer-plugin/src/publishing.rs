//! Publishes one artifact of Packer's through the component.

use atlas_host::{
    Artifact, Diagnostics, DriveError, Error, Instance, Packing, PostProcessor, Receipt,
    ReqwestClient, Sandbox, drive,
};
use rmpv::Value;

use crate::configuration::Configuration;
use crate::protocol::client::CallError;
use crate::protocol::remote_artifact::RemoteArtifact;
use crate::report;
use crate::watching::Watching;

/// What artifacts say of themselves for Atlas.
const METADATA: &str = "atlas.artifact.metadata";
const ARTIFACT_TYPE: &str = "atlas.artifact.type";

/// Why there is nothing published. The text is for people.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The configuration is wrong, or the artifact does not fit it; nothing was sent.
    #[error("{}", report::refusal(&.0.0))]
    Refused(#[from] Diagnostics),
    /// Publishing began and came to no good end.
    #[error(transparent)]
    Stopped(#[from] DriveError),
    /// The component broke.
    #[error(transparent)]
    Component(#[from] Error),
    /// The artifact can't be asked for.
    #[error(transparent)]
    Artifact(#[from] CallError),
}

/// Checks a configuration, and sends nothing.
pub async fn check(
    component: &PostProcessor,
    configuration: &Configuration,
) -> Result<(), PublishError> {
    let mut instance = component.instance(&sandbox()).await?;
    let (config, build) = (&configuration.post_processor, &configuration.build);
    instance.validate(config, build).await??;
    Ok(())
}

/// Publishes an artifact.
///
/// To cancel, drop the future.
pub async fn publish(
    component: &PostProcessor,
    configuration: &Configuration,
    artifact: &RemoteArtifact,
    watching: &Watching,
) -> Result<Option<Receipt>, PublishError> {
    let artifact = describe(artifact).await?;
    let sandbox = sandbox().artifact_directories(&artifact);
    let instance: Instance = component.instance(&sandbox).await?;
    let configs = std::slice::from_ref(&configuration.post_processor);
    let begun = instance.begin(configs, &configuration.build, &artifact, None);
    let mut publication = begun.await??;
    for warning in publication.warnings().await? {
        watching.message(report::finding(&warning));
    }
    let http = ReqwestClient::new();
    let receipts = drive(&mut publication, &http, &Packing::default(), watching).await?;
    Ok(receipts.into_iter().next())
}

/// The component sees Atlas's own variables of the environment: Packer reads the template's.
fn sandbox() -> Sandbox {
    Sandbox::new().own_environment(&[])
}

async fn describe(remote: &RemoteArtifact) -> Result<Artifact, CallError> {
    let mut artifact = Artifact {
        builder_id: remote.builder_id().await?,
        id: remote.id().await?,
        files: remote.files().await?,
        metadata: strings(remote.state(METADATA).await?),
        artifact_type: text(remote.state(ARTIFACT_TYPE).await?),
    };
    artifact.resolve_files();
    Ok(artifact)
}

/// Strings by name; none if it is something else.
fn strings(value: Value) -> Option<Vec<(String, String)>> {
    let Value::Map(entries) = value else {
        return None;
    };
    let entries = entries.into_iter();
    Some(
        entries
            .filter_map(|(name, value)| Some((text(name)?, text(value)?)))
            .collect(),
    )
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => text.into_str(),
        Value::Binary(bytes) => String::from_utf8(bytes).ok(),
        Value::Nil | Value::Array(_) | Value::Map(_) | Value::Ext(..) => None,
        number_or_boolean => Some(number_or_boolean.to_string()),
    }
}
