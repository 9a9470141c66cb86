//! Diagnostics, shown as compilers show them.

use annotate_snippets::{AnnotationKind, Group, Level, Snippet};
use atlas_host::{Diagnostic, Position, Severity};
use serde_json::{Value, json};

use super::inputs::Document;
use super::masking::Mask;
use super::show;

/// A diagnostic, and the file that it is about.
pub(crate) struct Finding {
    pub(crate) file: String,
    pub(crate) diagnostic: Diagnostic,
}

/// Diagnostics about one file, as findings.
pub(crate) fn findings(file: &str, diagnostics: Vec<Diagnostic>) -> impl Iterator<Item = Finding> {
    diagnostics.into_iter().map(move |diagnostic| Finding {
        file: file.to_owned(),
        diagnostic,
    })
}

/// Shows findings to people, with the lines of the documents that they are about.
pub(crate) fn show(findings: &[Finding], documents: &[Document], mask: &Mask) {
    for finding in findings {
        let text = documents
            .iter()
            .find(|document| document.name == finding.file)
            .map(|document| mask.document(&document.text));
        let report = render(finding, text.as_deref(), mask, show::in_colour());
        show::line(&format!("{report}\n"));
    }
}

fn render(finding: &Finding, text: Option<&str>, mask: &Mask, colour: bool) -> String {
    let diagnostic = &finding.diagnostic;
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(mask.text(&diagnostic.message))
        .id(diagnostic.code.clone());
    let source = diagnostic
        .position
        .as_ref()
        .and_then(|position| excerpt(text?, position));
    let mut group = Group::with_title(title);
    let pointer = &diagnostic.pointer;
    if let Some((line, number, span)) = source {
        let label = (!pointer.is_empty()).then(|| pointer.clone());
        group = group.element(
            Snippet::source(line)
                .line_start(number)
                .path(finding.file.clone())
                .annotation(AnnotationKind::Primary.span(span).label(label)),
        );
    } else if !pointer.is_empty() {
        group = group.element(Level::NOTE.message(format!("at {pointer} in {}", finding.file)));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(mask.text(help)));
    }
    show::renderer(colour).render(&[group])
}

/// The line of a position, its number, and the bytes of the line that it concerns.
fn excerpt<'a>(
    text: &'a str,
    position: &Position,
) -> Option<(&'a str, usize, std::ops::Range<usize>)> {
    let number = usize::try_from(position.line).ok()?;
    let line = text.lines().nth(number.checked_sub(1)?)?;
    let first = usize::try_from(position.column).ok()?.checked_sub(1)?;
    let length = usize::try_from(position.length).ok()?;
    let byte = |column: usize| {
        let at = line.char_indices().nth(column);
        at.map_or(line.len(), |(byte, _)| byte)
    };
    Some((
        line,
        number,
        byte(first)..byte(first.saturating_add(length)),
    ))
}

/// A finding for programs.
pub(crate) fn to_json(finding: &Finding, mask: &Mask) -> Value {
    let diagnostic = &finding.diagnostic;
    let position = diagnostic.position.as_ref().map(|position| {
        json!({
            "line": position.line,
            "column": position.column,
            "length": position.length,
        })
    });
    json!({
        "severity": match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        "code": diagnostic.code,
        "pointer": diagnostic.pointer,
        "position": position,
        "message": mask.text(&diagnostic.message),
        "help": diagnostic.help.as_ref().map(|help| mask.text(help)),
        "file": finding.file,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(position: Option<Position>) -> Finding {
        Finding {
            file: "template.json".to_owned(),
            diagnostic: Diagnostic {
                severity: Severity::Error,
                code: "unknown-key".to_owned(),
                pointer: "/post-processors/0/artefact".to_owned(),
                position,
                message: "the post-processor has no `artefact`".to_owned(),
                help: Some("did you mean `artifact`?".to_owned()),
            },
        }
    }

    #[test]
    fn a_place_is_shown_with_its_line() {
        let mask = Mask::new(&[]);
        let text = mask.document("{\n \"ü\": \"token\", \"token\": \"abc\", \"artefact\": 1\n}");
        let position = Position {
            line: 2,
            column: 32,
            length: 10,
        };
        let shown = render(&finding(Some(position)), Some(&text), &mask, false);
        let wanted = [
            "error[unknown-key]: the post-processor has no `artefact`",
            " --> template.json:2:32",
            "  |",
            "2 |  \"ü\": \"token\", \"token\": \"***\", \"artefact\": 1",
            "  |                                ^^^^^^^^^^ /post-processors/0/artefact",
            "  |",
            "  = help: did you mean `artifact`?",
        ];
        assert_eq!(shown, wanted.join("\n"));
    }

    #[test]
    fn places_beyond_the_text_and_no_place_have_no_line() {
        let mask = Mask::new(&[]);
        let beyond = Position {
            line: 9,
            column: 9,
            length: 9,
        };
        for position in [None, Some(beyond)] {
            let shown = render(&finding(position), Some("{}"), &mask, false);
            assert!(shown.contains("at /post-processors/0/artefact in template.json"));
            assert!(!shown.contains("-->"), "{shown}");
        }
    }
}
