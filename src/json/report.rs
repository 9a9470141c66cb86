//! Collecting findings about a document.

use super::document::{Document, Span};
use crate::diagnostic::{Code, Diagnostic, Problem, Severity};
use crate::findings::Findings;

/// The findings about one document, in the order of the text; those outside of it come last.
pub struct Report<'d> {
    document: &'d Document<'d>,
    findings: Findings,
}

impl<'d> Report<'d> {
    /// No findings yet.
    pub fn new(document: &'d Document<'d>) -> Self {
        Self {
            document,
            findings: Findings::default(),
        }
    }

    /// An error about what stands at `span`.
    pub fn error(&mut self, code: Code, span: &Span, message: impl Into<String>) {
        self.add(span, Problem::error(code, message));
    }

    /// An error about what stands at `span`, with what to do about it.
    pub fn error_with_help(
        &mut self,
        code: Code,
        span: &Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(span, Problem::error(code, message).help(help));
    }

    /// What is wrong at `span`: the finding's input and place are filled in here.
    pub fn add(&mut self, span: &Span, problem: Problem) {
        match self.findings.has_room_for(problem.severity) {
            true => self
                .findings
                .push_in_order(problem.at(self.document.place(span))),
            false => self.findings.count(problem.severity),
        }
    }

    /// A finding about something outside the document, such as the environment.
    pub fn add_elsewhere(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// Warns of keys that are set again, but for those in the `left_out` parts of the text, which
    /// are in its order.
    pub fn duplicates(&mut self, left_out: &[Span]) {
        for duplicate in self.document.duplicates() {
            let start = duplicate.span.start;
            let part = left_out.get(left_out.partition_point(|part| part.end <= start));
            if part.is_some_and(|part| part.start <= start) {
                continue;
            }
            let message = format!("`{}` is set again below: the last one wins", duplicate.key);
            let problem = Problem::warning(Code::DuplicateKey, message).help("remove one");
            self.add(&duplicate.span, problem);
        }
    }

    /// Whether another error would be listed: what is said of it may take long to find.
    pub fn has_room(&self) -> bool {
        self.findings.has_room_for(Severity::Error)
    }

    /// Whether an error was found.
    pub fn has_errors(&self) -> bool {
        self.findings.has_errors()
    }

    /// All findings, to be added to others.
    pub fn into_findings(self) -> Findings {
        self.findings
    }

    /// All findings.
    pub fn finish(self) -> Vec<Diagnostic> {
        self.findings.finish()
    }
}
