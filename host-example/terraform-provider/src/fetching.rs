//! One search in Atlas, by the component.

use atlas_host::{
    Achievement, Component, Diagnostic as Finding, Diagnostics, DriveError, Error, FetchOptions,
    Observer, Query, Reporter, ReqwestClient, RetryPolicy, Sandbox, Storage, Style, Transfer,
    Version, drive,
};
use go_plugin::log;

/// How long somebody who waits for a plan should wait for an Atlas that does not answer. The component's
/// own policy is for publishing.
const RETRY: RetryPolicy = RetryPolicy {
    attempts: 4,
    timeout_ms: 30_000,
};

/// How much of requests and answers is in Terraform's log: all but their JSON.
const LOG_VERBOSITY: u8 = 1;

/// Why nothing was read.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Something is wrong with what was asked; nothing was sent.
    #[error(transparent)]
    Refused(#[from] Diagnostics),
    /// Atlas refused it, has no such version, or can't be reached. In the component's words.
    #[error("{0}")]
    Failed(String),
    /// The component broke.
    #[error(transparent)]
    Component(#[from] Error),
}

/// What is wrong with a query and its options, or is to be warned of. Nothing is sent.
pub async fn check(
    component: &Component,
    query: &Query,
    options: &FetchOptions,
) -> Result<Vec<Finding>, Error> {
    let instance = component.instance(&sandbox(component).await?).await?;
    match Transfer::find(instance, query, options).await? {
        Ok(mut fetch) => fetch.warnings().await,
        Err(found) => Ok(found.0),
    }
}

/// Looks for a version.
pub async fn find(
    component: &Component,
    client: &ReqwestClient,
    query: &Query,
    options: &FetchOptions,
) -> Result<Version, FetchError> {
    let sandbox = sandbox(component).await?;
    let options = FetchOptions {
        retry: Some(RETRY),
        ..options.clone()
    };
    // What stands beside this name is secret.
    let secrets: Vec<_> = options
        .token
        .iter()
        .map(|t| ("token".into(), t.clone()))
        .collect();
    let style = Style {
        verbosity: LOG_VERBOSITY,
        ..Style::default()
    };
    let mut reporter = Reporter::new(component.instance(&sandbox).await?, style, &secrets).await?;
    let instance = component.instance(&sandbox).await?;
    let mut fetch = Transfer::find(instance, query, &options).await??;
    let mut storage = Storage::default();
    match drive(&mut fetch, client, &mut storage, &mut reporter, &Log).await {
        Ok(Achievement::Found(found)) => Ok(found.version),
        Ok(_) => Err(FetchError::Failed("something else was done".to_owned())),
        Err(DriveError::Failed(failure)) => {
            Err(FetchError::Failed(reporter.redact(&failure.message).await?))
        }
        Err(DriveError::Component(error)) => Err(error.into()),
    }
}

/// The component sees Atlas's own variables of the environment.
async fn sandbox(component: &Component) -> Result<Sandbox, Error> {
    let mut instance = component.instance(&Sandbox::new()).await?;
    let names = instance.environment(b"").await?;
    Ok(Sandbox::new().own_environment(&names))
}

/// Terraform's log.
struct Log;

impl Observer for Log {
    fn line(&self, text: &str) {
        log(text);
    }
}
