//! What people are told, in the words of the component's reporter.

use atlas_host::{
    Component, Diagnostics, DriveError, Ending, Error, Failure, Reporter, Sandbox, Severity,
    Source, Style,
};

use crate::configuration::Configuration;
use crate::publish_error::PublishError;

/// What findings are about: Packer hands over a block that is decoded, of which no line can be shown.
const BLOCK: &str = "the post-processor `atlas`";

/// A reporter that knows which values of a configuration are secret.
pub async fn reporter(
    component: &Component,
    sandbox: &Sandbox,
    configuration: &Configuration,
    verbosity: u8,
) -> Result<Reporter, Error> {
    let style = Style {
        verbosity,
        ..Style::default()
    };
    let instance = component.instance(sandbox).await?;
    let mut reporter = Reporter::new(instance, style, &configuration.texts()).await?;
    reporter.document(Source::Configuration, BLOCK, b"").await?;
    Ok(reporter)
}

/// Why there is nothing published.
pub async fn explain(reporter: &mut Reporter, error: PublishError) -> String {
    let explained = match error {
        PublishError::Refused(found) => refusal(reporter, &found).await,
        PublishError::Stopped(DriveError::Failed(failure)) => end(reporter, failure).await,
        PublishError::Stopped(DriveError::Component(error)) | PublishError::Component(error) => {
            end(reporter, broken(&error)).await
        }
        PublishError::Artifact(error) => reporter.redact(&error.to_string()).await,
    };
    explained.unwrap_or_else(|error| error.to_string())
}

/// All that is wrong, with what to do about it.
async fn refusal(reporter: &mut Reporter, found: &Diagnostics) -> Result<String, Error> {
    let errors = found.0.iter().filter(|d| d.severity == Severity::Error);
    let count = errors.count();
    let things = if count == 1 { "error" } else { "errors" };
    let lines = reporter.diagnostics(&found.0).await?;
    Ok(format!(
        "{count} {things} in {BLOCK}:\n\n{}",
        joined(&lines)
    ))
}

async fn end(reporter: &mut Reporter, failure: Failure) -> Result<String, Error> {
    let report = reporter.finish(&Ending::Failed(failure)).await?;
    Ok(joined(&[report.lines, report.messages].concat()))
}

fn broken(error: &Error) -> Failure {
    Failure {
        code: "component-failed".to_owned(),
        message: error.to_string(),
        published: Vec::new(),
    }
}

/// Lines as one text. Findings end with an empty one.
pub fn joined(lines: &[String]) -> String {
    lines.join("\n").trim_end().to_owned()
}
