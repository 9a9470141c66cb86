//! What Terraform shows to people.

use atlas_host::Severity;

use crate::protocol::messages::{self, AttributePath, Diagnostic, Selector, Step};

/// An error: what it is in a line, and all there is to say.
pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Diagnostic {
    diagnostic(messages::Severity::Error, summary, detail)
}

/// Something that does not stand in the way.
pub fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Diagnostic {
    diagnostic(messages::Severity::Warning, summary, detail)
}

/// What the component found wrong.
pub fn finding(found: &atlas_host::Diagnostic) -> Diagnostic {
    let detail = found.help.clone().unwrap_or_default();
    match found.severity {
        Severity::Error => error(&found.message, detail),
        Severity::Warning => warning(&found.message, detail),
    }
}

impl Diagnostic {
    /// The same about an attribute.
    pub fn at(self, attribute: &str) -> Self {
        let selector = Some(Selector::AttributeName(attribute.to_owned()));
        Self {
            attribute: Some(AttributePath {
                steps: vec![Step { selector }],
            }),
            ..self
        }
    }
}

fn diagnostic(
    severity: messages::Severity,
    summary: impl Into<String>,
    detail: impl Into<String>,
) -> Diagnostic {
    Diagnostic {
        severity: severity.into(),
        summary: summary.into(),
        detail: detail.into(),
        attribute: None,
    }
}
