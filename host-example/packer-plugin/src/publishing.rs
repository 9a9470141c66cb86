//! Publishes one artifact of Packer's through the component.

use atlas_host::{
    Artifact, Component, Error, Packer, Receipt, Reporter, Sandbox, Storage, Transfer, drive,
};
use rmpv::Value;

use crate::configuration::Configuration;
use crate::logging::LoggingClient;
use crate::protocol::client::CallError;
use crate::protocol::remote_artifact::RemoteArtifact;
pub use crate::publish_error::PublishError;
use crate::reporting::{explain, joined, reporter};
use crate::watching::Watching;

/// What artifacts say of themselves for Atlas.
const METADATA: &str = "atlas.artifact.metadata";
const ARTIFACT_TYPE: &str = "atlas.artifact.type";
/// How much of requests and answers is in Packer's log: all but their JSON.
const LOG_VERBOSITY: u8 = 1;

/// Checks a configuration, and sends nothing. The error is for people.
pub async fn check(component: &Component, configuration: &Configuration) -> Result<(), String> {
    let work = async |sandbox: &Sandbox, _: &mut Reporter| {
        let mut instance = component.instance(sandbox).await?;
        let (block, build) = (&configuration.post_processor, &configuration.build);
        instance.validate(block, build).await??;
        Ok(())
    };
    reported(component, configuration, work).await
}

/// Publishes an artifact. The error is for people.
///
/// To cancel, drop the future.
pub async fn publish(
    component: &Component,
    configuration: &Configuration,
    artifact: &RemoteArtifact,
    watching: &Watching,
) -> Result<Option<Receipt>, String> {
    let work = async |sandbox: &Sandbox, told: &mut Reporter| {
        let artifact = describe(artifact).await?;
        let log = reporter(component, sandbox, configuration, LOG_VERBOSITY).await?;
        let sandbox = sandbox.clone().artifact_directories(&artifact);
        let instance = component.instance(&sandbox).await?;
        let blocks = std::slice::from_ref(&configuration.post_processor);
        let begun = Transfer::publish(instance, blocks, &configuration.build, &artifact, None);
        let mut publication = begun.await??;
        let warnings = publication.warnings().await?;
        if !warnings.is_empty() {
            watching.message(joined(&told.diagnostics(&warnings).await?));
        }
        let mut storage = Storage::from(Packer::new(component, &sandbox));
        let http = LoggingClient::new(log);
        let done = drive(&mut publication, &http, &mut storage, told, watching).await?;
        let receipt = done.into_receipts().into_iter().next();
        if let Some(receipt) = &receipt {
            let published = format!("published {}", receipt.url);
            // It is so, whether it can be said or not.
            watching.message(told.redact(&published).await.unwrap_or_default());
        }
        Ok(receipt)
    };
    reported(component, configuration, work).await
}

/// Does some work; why it fails is told by the reporter.
async fn reported<T>(
    component: &Component,
    configuration: &Configuration,
    work: impl AsyncFnOnce(&Sandbox, &mut Reporter) -> Result<T, PublishError>,
) -> Result<T, String> {
    let begin = async || {
        let sandbox = sandbox(component).await?;
        let reporter = reporter(component, &sandbox, configuration, 0).await?;
        Ok((sandbox, reporter))
    };
    let (sandbox, mut reporter) = begin().await.map_err(|error: Error| error.to_string())?;
    match work(&sandbox, &mut reporter).await {
        Ok(result) => Ok(result),
        Err(error) => Err(explain(&mut reporter, error).await),
    }
}

/// The component sees Atlas's own variables of the environment: Packer reads the template's.
async fn sandbox(component: &Component) -> Result<Sandbox, Error> {
    let mut instance = component.instance(&Sandbox::new()).await?;
    let names = instance.environment(b"{}").await?;
    Ok(Sandbox::new().own_environment(&names))
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
