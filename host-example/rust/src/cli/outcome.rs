//! How a command ended: its exit status, and its result for programs and for people.

use atlas_host::{Receipt, Severity};
use serde_json::{Value, json};

use super::diagnostics::{self, Finding};
use super::inputs::Document;
use super::masking::Mask;
use super::show;

/// How a command ended.
pub(crate) enum Outcome {
    /// Nothing is wrong with the inputs.
    Valid,
    /// It is published.
    Published(Vec<Receipt>),
    /// It could not be published, or not through all post-processors.
    Failed {
        code: String,
        message: String,
        published: Vec<Receipt>,
    },
    /// Something is wrong with the inputs; nothing was sent.
    Refused,
}

/// All there is to say about a command that has ended.
pub(crate) struct Report {
    pub(crate) outcome: Outcome,
    pub(crate) findings: Vec<Finding>,
    /// How many of them people have seen already.
    pub(crate) shown: usize,
    pub(crate) documents: Vec<Document>,
    pub(crate) mask: Mask,
}

impl Outcome {
    /// The component itself, or something between it and us, is broken.
    pub(crate) fn broken(error: &atlas_host::Error) -> Self {
        Self::Failed {
            code: "component-failed".to_owned(),
            message: error.to_string(),
            published: Vec::new(),
        }
    }

    fn status(&self) -> u8 {
        match self {
            Self::Valid | Self::Published(_) => 0,
            Self::Failed { .. } => 1,
            Self::Refused => 2,
        }
    }
}

impl Report {
    /// Shows it and gives the exit status.
    pub(crate) fn finish(&self, json: bool) -> u8 {
        let unseen = self.findings.get(self.shown..).unwrap_or_default();
        diagnostics::show(unseen, &self.documents, &self.mask);
        if json {
            show::result(&format!("{:#}", self.to_json()));
        }
        match &self.outcome {
            Outcome::Valid | Outcome::Refused => self.show_verdict(),
            Outcome::Published(receipts) => show_receipts(receipts, json),
            Outcome::Failed {
                code,
                message,
                published,
            } => {
                show_receipts(published, json);
                show::error(code, &self.mask.text(message));
            }
        }
        self.outcome.status()
    }

    fn show_verdict(&self) {
        let is_error = |f: &&Finding| f.diagnostic.severity == Severity::Error;
        let errors = self.findings.iter().filter(is_error).count();
        let counted = |count: usize, noun: &str| {
            format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
        };
        let errors_found = counted(errors, "error");
        let warnings_found = counted(self.findings.len() - errors, "warning");
        show::line(&match (&self.outcome, self.findings.len() - errors) {
            (Outcome::Valid, 0) => "The template is valid.".to_owned(),
            (Outcome::Valid, _) => format!("The template is valid, with {warnings_found}."),
            (_, 0) => format!("{errors_found}; nothing was sent."),
            _ => format!("{errors_found} and {warnings_found}; nothing was sent."),
        });
    }

    fn to_json(&self) -> Value {
        let findings = self.findings.iter();
        let diagnostics: Vec<_> = findings
            .map(|f| diagnostics::to_json(f, &self.mask))
            .collect();
        match &self.outcome {
            Outcome::Valid => json!({ "status": "valid", "diagnostics": diagnostics }),
            Outcome::Refused => json!({ "status": "refused", "diagnostics": diagnostics }),
            Outcome::Published(receipts) => json!({
                "status": "published",
                "receipts": receipts_to_json(receipts),
                "diagnostics": diagnostics,
            }),
            Outcome::Failed {
                code,
                message,
                published,
            } => json!({
                "status": "failed",
                "error": { "code": code, "message": self.mask.text(message) },
                "receipts": receipts_to_json(published),
                "diagnostics": diagnostics,
            }),
        }
    }
}

/// What a version is called in Atlas: the id of the post-processor's own artifact.
pub(crate) fn slug(receipt: &Receipt) -> String {
    format!(
        "{}/{}/{}",
        receipt.tag, receipt.artifact_type, receipt.version
    )
}

/// The result for people: on the standard output, unless that is for programs.
fn show_receipts(receipts: &[Receipt], json: bool) {
    for receipt in receipts {
        let Receipt {
            tag,
            artifact_type,
            version,
            url,
            ..
        } = receipt;
        let line = format!("{tag}/{artifact_type} (v{version})  {url}");
        if json {
            show::line(&line);
        } else {
            show::result(&line);
        }
    }
}

fn receipts_to_json(receipts: &[Receipt]) -> Vec<Value> {
    let to_json = |receipt: &Receipt| {
        json!({
            "slug": slug(receipt),
            "tag": receipt.tag,
            "artifact_type": receipt.artifact_type,
            "version": receipt.version,
            "id": receipt.id,
            "url": receipt.url,
            "size": receipt.size,
            "sha256": receipt.sha256,
            "confirmed": receipt.confirmed,
        })
    };
    receipts.iter().map(to_json).collect()
}
