//! The end: for people, for programs, and as exit status.

use std::collections::BTreeMap;

use serde::Serialize;

use super::diagnostics::title;
use super::{Ending, Finding, Report, Reporter};
use crate::diagnostic::{Position, Severity, Source};
use crate::steps::{Achievement, FailureCode, Receipt, Version};

/// The result as programs read it. The fields of all of these are in the order of their names.
#[derive(Serialize)]
struct Json<'a> {
    diagnostics: Vec<JsonDiagnostic<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    download: Option<JsonDownload>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<JsonError<'a>>,
    /// The field that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// Findings beyond those that are listed.
    #[serde(skip_serializing_if = "is_zero")]
    omitted: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipts: Option<Vec<JsonReceipt>>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<JsonVersion>,
}

#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    code: &'a str,
    file: Option<&'a str>,
    help: Option<&'a str>,
    message: &'a str,
    pointer: &'a str,
    position: Option<JsonPosition>,
    severity: &'static str,
    source: &'static str,
}

#[derive(Serialize)]
struct JsonPosition {
    column: u32,
    length: u32,
    line: u32,
}

#[derive(Serialize)]
struct JsonError<'a> {
    code: &'a str,
    message: String,
}

#[derive(Serialize)]
struct JsonReceipt {
    artifact_type: String,
    confirmed: bool,
    id: String,
    sha256: Option<String>,
    size: Option<u64>,
    slug: String,
    tag: String,
    url: String,
    version: u64,
}

#[derive(Serialize)]
struct JsonVersion {
    artifact_type: String,
    id: String,
    metadata: BTreeMap<String, String>,
    sha256: Option<String>,
    size: Option<u64>,
    slug: String,
    tag: String,
    url: Option<String>,
    version: u64,
}

#[derive(Serialize)]
struct JsonDownload {
    sha256: String,
    size: u64,
    verified: bool,
}

/// What was done, as it is shown.
#[derive(Default)]
struct Shown {
    status: &'static str,
    receipts: Option<Vec<JsonReceipt>>,
    version: Option<JsonVersion>,
    field: Option<String>,
    download: Option<JsonDownload>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
fn is_zero(n: &usize) -> bool {
    *n == 0
}

/// What is said at the end.
pub(super) fn report(reporter: &Reporter, ending: &Ending) -> Report {
    let receipts = |all: &[Receipt]| all.iter().map(|one| receipt(reporter, one)).collect();
    let (shown, exit_status, error) = match ending {
        Ending::Valid => (Shown::of("valid"), 0, None),
        Ending::Refused => (Shown::of("refused"), 2, None),
        Ending::Done(achievement) => (Shown::done(reporter, achievement), 0, None),
        Ending::Failed(failure) => {
            let mut shown = Shown::of("failed");
            shown.receipts = Some(receipts(&failure.published));
            let exit_status = match failure.code == FailureCode::NothingFound.as_str() {
                true => 3,
                false => 1,
            };
            (shown, exit_status, Some(failure))
        }
    };
    let error = error.map(|failure| JsonError {
        code: &failure.code,
        message: reporter.redact(&failure.message),
    });
    let mut messages = Vec::new();
    match (&error, ending) {
        (Some(error), _) => {
            let color = reporter.color();
            messages.push(title(color, Severity::Error, error.code, &error.message));
        }
        (None, Ending::Valid | Ending::Refused) => messages.push(verdict(reporter, ending)),
        _ => {}
    }
    let lines = shown.lines();
    let diagnostics = reporter.findings.iter();
    let json = Json {
        diagnostics: diagnostics
            .map(|(finding, file)| json_diagnostic(finding, file.as_deref()))
            .collect(),
        download: shown.download,
        error,
        field: shown.field,
        omitted: reporter.omitted,
        receipts: shown.receipts,
        status: shown.status,
        version: shown.version,
    };
    Report {
        lines,
        messages,
        // Fails for maps whose keys are not strings; there are none.
        json: serde_json::to_string_pretty(&json).unwrap_or_default(),
        exit_status,
    }
}

impl Shown {
    fn of(status: &'static str) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }

    fn done(reporter: &Reporter, achievement: &Achievement) -> Self {
        match achievement {
            Achievement::Published(all) => Self {
                receipts: Some(all.iter().map(|one| receipt(reporter, one)).collect()),
                ..Self::of("published")
            },
            Achievement::Found(found) => Self {
                version: Some(version(reporter, &found.version)),
                field: found.field.as_ref().map(|field| reporter.redact(field)),
                ..Self::of("found")
            },
            Achievement::Downloaded(download) => Self {
                version: Some(version(reporter, &download.version)),
                download: Some(JsonDownload {
                    sha256: download.sha256.clone(),
                    size: download.size,
                    verified: download.verified,
                }),
                ..Self::of("downloaded")
            },
        }
    }

    /// The same for people.
    fn lines(&self) -> Vec<String> {
        if let Some(field) = &self.field {
            return vec![field.clone()];
        }
        let published = self.receipts.iter().flatten();
        let published =
            published.map(|r| format!("{}/{} (v{})  {}", r.tag, r.artifact_type, r.version, r.url));
        let mut lines: Vec<_> = published.collect();
        let Some(version) = &self.version else {
            return lines;
        };
        let named = format!(
            "{}/{} (v{})",
            version.tag, version.artifact_type, version.version
        );
        if let Some(download) = &self.download {
            let told = match download.verified {
                true => "as Atlas says",
                false => "Atlas tells none",
            };
            let JsonDownload { sha256, size, .. } = download;
            lines.push(format!("{named}  {size} bytes, SHA-256 {sha256} ({told})"));
            return lines;
        }
        lines.push(named);
        let mut row = |name: &str, value: &str| lines.push(format!("  {name:<9} {value}"));
        row("id", &version.id);
        if let Some(url) = &version.url {
            row("url", url);
        }
        if let Some(size) = version.size {
            row("size", &size.to_string());
        }
        if let Some(sha256) = &version.sha256 {
            row("sha256", sha256);
        }
        let names = std::iter::once("metadata").chain(std::iter::repeat(""));
        for (name, (key, value)) in names.zip(&version.metadata) {
            row(name, &format!("{key} = {value}"));
        }
        lines
    }
}

/// What has been found, in one line.
fn verdict(reporter: &Reporter, ending: &Ending) -> String {
    let counted =
        |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let all = reporter.findings.len() + reporter.omitted;
    let warnings = all - reporter.errors;
    let errors_found = counted(reporter.errors, "error");
    let warnings_found = counted(warnings, "warning");
    let what = match reporter.document_of(Source::Configuration) {
        Some(_) => "configuration",
        None => "template",
    };
    match (ending, warnings) {
        (Ending::Valid, 0) => format!("The {what} is valid."),
        (Ending::Valid, _) => format!("The {what} is valid, with {warnings_found}."),
        (_, 0) => format!("{errors_found}; nothing was sent."),
        _ => format!("{errors_found} and {warnings_found}; nothing was sent."),
    }
}

fn json_diagnostic<'a>(finding: &'a Finding, file: Option<&'a str>) -> JsonDiagnostic<'a> {
    let position = |p: Position| JsonPosition {
        column: p.column,
        length: p.length,
        line: p.line,
    };
    JsonDiagnostic {
        code: &finding.code,
        file,
        help: finding.help.as_deref(),
        message: &finding.message,
        pointer: &finding.pointer,
        position: finding.position.map(position),
        severity: match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        source: finding.source.as_str(),
    }
}

fn receipt(reporter: &Reporter, receipt: &Receipt) -> JsonReceipt {
    let text = |text: &str| reporter.redact(text);
    JsonReceipt {
        artifact_type: text(&receipt.artifact_type),
        confirmed: receipt.confirmed,
        id: text(&receipt.id),
        sha256: receipt.sha256.clone(),
        size: receipt.size,
        slug: text(&receipt.slug),
        tag: text(&receipt.tag),
        url: text(&receipt.url),
        version: receipt.version,
    }
}

fn version(reporter: &Reporter, version: &Version) -> JsonVersion {
    let text = |text: &str| reporter.redact(text);
    let mut metadata = BTreeMap::new();
    for (key, value) in &version.metadata {
        metadata.insert(text(key), text(value));
    }
    JsonVersion {
        artifact_type: text(&version.artifact_type),
        id: text(&version.id),
        metadata,
        sha256: version.sha256.as_deref().map(text),
        size: version.size,
        slug: text(&version.slug),
        tag: text(&version.tag),
        url: version.url.as_deref().map(text),
        version: version.version,
    }
}
