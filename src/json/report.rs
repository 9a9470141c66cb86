//! Collecting findings about a document.

use super::{Document, Span};
use crate::diagnostic::{Code, Diagnostic, Severity, any_error};

/// The most findings that are listed. More help nobody, and each costs a search for its place.
const MOST_FINDINGS: usize = 100;

/// The findings about one document, in the order of the text; those outside of it come last.
pub struct Report<'d> {
    document: &'d Document<'d>,
    findings: Vec<Diagnostic>,
    unlisted: usize,
}

impl<'d> Report<'d> {
    /// No findings yet.
    pub fn new(document: &'d Document<'d>) -> Self {
        Self {
            document,
            findings: Vec::new(),
            unlisted: 0,
        }
    }

    /// An error about what stands at `span`.
    pub fn error(&mut self, code: Code, span: &Span, message: impl Into<String>) {
        self.add(span, Diagnostic::error(code, message));
    }

    /// An error about what stands at `span`, with what to do about it.
    pub fn error_with_help(
        &mut self,
        code: Code,
        span: &Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(span, Diagnostic::error(code, message).help(help));
    }

    /// A finding about what stands at `span`: its place is filled in.
    pub fn add(&mut self, span: &Span, finding: Diagnostic) {
        if self.findings.len() >= MOST_FINDINGS {
            self.unlisted += usize::from(finding.severity == Severity::Error);
            return;
        }
        let position = self.document.position(span);
        let place = (position.line, position.column);
        let before = |f: &Diagnostic| f.position.is_some_and(|p| (p.line, p.column) <= place);
        let index = self.findings.partition_point(before);
        let finding = Diagnostic {
            pointer: self.document.pointer(span.start),
            position: Some(position),
            ..finding
        };
        self.findings.insert(index, finding);
    }

    /// A finding about something outside the document, such as the environment.
    pub fn add_elsewhere(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// Warns of keys that are set again, but for those in the `left_out` parts of the text.
    pub fn duplicates(&mut self, left_out: &[Span]) {
        for duplicate in self.document.duplicates() {
            if left_out.iter().any(|s| s.contains(&duplicate.span.start)) {
                continue;
            }
            let message = format!("`{}` is set again below: the last one wins", duplicate.key);
            let finding = Diagnostic::warning(Code::DuplicateKey, message).help("remove one");
            self.add(&duplicate.span, finding);
        }
    }

    /// Whether an error was found.
    pub fn has_errors(&self) -> bool {
        any_error(&self.findings)
    }

    /// All findings.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        if self.unlisted > 0 {
            let message = format!("there are {} more errors", self.unlisted);
            self.findings
                .push(Diagnostic::error(Code::MoreFindings, message));
        }
        self.findings
    }
}
