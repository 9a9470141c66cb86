//! What the component finds wrong, for Packer's output, which has neither colours nor the template's
//! lines.

use atlas_host::{Diagnostic, Severity};

/// All that is wrong with a configuration, with what to do about it.
pub fn refusal(diagnostics: &[Diagnostic]) -> String {
    let is_error = |diagnostic: &&Diagnostic| diagnostic.severity == Severity::Error;
    let count = diagnostics.iter().filter(is_error).count();
    let things = if count == 1 { "error" } else { "errors" };
    let mut text = format!("{count} {things} in the post-processor `atlas`:\n");
    for diagnostic in diagnostics {
        text.push('\n');
        text.push_str(&finding(diagnostic));
    }
    text
}

/// One finding: what is wrong, where, what to do.
pub fn finding(diagnostic: &Diagnostic) -> String {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut text = format!("{severity}[{}]: {}", diagnostic.code, diagnostic.message);
    if !diagnostic.pointer.is_empty() {
        text.push_str(&format!("\n  at {}", diagnostic.pointer));
    }
    if let Some(help) = &diagnostic.help {
        text.push_str(&format!("\n  help: {help}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diagnostic(severity: Severity, pointer: &str, help: Option<&str>) -> Diagnostic {
        Diagnostic {
            severity,
            code: "unknown-key".to_owned(),
            pointer: pointer.to_owned(),
            position: None,
            message: "there is no `artefact`".to_owned(),
            help: help.map(str::to_owned),
        }
    }

    #[test]
    fn everything_is_said_at_once() {
        let found = [
            diagnostic(
                Severity::Error,
                "/artefact",
                Some("did you mean `artifact`?"),
            ),
            diagnostic(Severity::Warning, "", None),
        ];
        let wanted = [
            "1 error in the post-processor `atlas`:",
            "",
            "error[unknown-key]: there is no `artefact`",
            "  at /artefact",
            "  help: did you mean `artifact`?",
            "warning[unknown-key]: there is no `artefact`",
        ];
        assert_eq!(refusal(&found), wanted.join("\n"));
    }
}
