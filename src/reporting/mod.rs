//! What people and programs are told, the same by every host, and without secrets.
//!
//! - `secrets`: what is secret, and any text without it; `mask`: documents without it
//! - `diagnostics`: findings with the lines that they are about
//! - `exchange`: requests and answers
//! - `result`: the end, for people, for programs, and as exit status

mod color;
mod diagnostics;
mod exchange;
mod mask;
mod result;
mod secrets;

use crate::atlas::Request;
use crate::diagnostic::{Code, Position, Severity, Source};
use crate::encoding::decode;
use crate::file_error::FileError;
use crate::findings::MOST_LISTED;
use crate::platform::Platform;
use crate::sanitize::sanitize;
use crate::secrets::Secrets;
use crate::steps::{Achievement, Outcome, Pause, Receipt};
use color::Color;

/// How texts for people look.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether they are coloured.
    pub color: bool,
    /// How many columns a line has that shows a piece of a document.
    pub width: Option<u32>,
    /// 0: what is done; 1: requests and answers, too; 2: with their JSON.
    pub verbosity: u8,
}

/// A [`Diagnostic`](crate::diagnostic::Diagnostic) as it comes back from a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether it stands in the way.
    pub severity: Severity,
    /// Its stable name.
    pub code: String,
    /// Which input it is about.
    pub source: Source,
    /// JSON Pointer to the value.
    pub pointer: String,
    /// Where it stands.
    pub position: Option<Position>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// A [`Failure`](crate::steps::Failure) as it comes back from a host, or the host's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Its stable name.
    pub code: String,
    /// What happened and what to do.
    pub message: String,
    /// What was published before it.
    pub published: Vec<Receipt>,
}

/// How a command came to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "there is one for each run")]
pub enum Ending {
    /// Nothing is wrong with the inputs, and nothing was to be sent.
    Valid,
    /// Something is wrong with the inputs; nothing was sent.
    Refused,
    /// It is done.
    Done(Achievement),
    /// It could not be done.
    Failed(Failure),
}

/// All there is to say at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The result for people: a line for each version that was published, or all that is known of one that
    /// was found.
    pub lines: Vec<String>,
    /// What else people are told, after the result.
    pub messages: Vec<String>,
    /// The result for programs: one JSON object.
    pub json: String,
    /// 0 done, 1 could not be done, 2 refused before anything was sent, 3 nothing was found.
    pub exit_status: u8,
}

/// A text that findings may be about.
#[derive(Debug)]
struct Document {
    name: String,
    /// Without secrets.
    masked: String,
}

/// Tells one piece of work, from its inputs to its end.
#[derive(Debug)]
pub struct Reporter {
    style: Style,
    secrets: Secrets,
    /// A handful at most: a map would be more code than all that goes through it.
    documents: Vec<(Source, Document)>,
    /// The findings that are shown, with the names of the documents that they are about.
    findings: Vec<(Finding, Option<String>)>,
    /// How many more there are.
    omitted: usize,
    errors: usize,
    /// Whether a step was told already.
    began: bool,
    /// Whether the URL of the request that is under way is a secret: so is what its answer says.
    secret_exchange: bool,
}

impl Reporter {
    /// Of the user's variables and the environment, those that sound secret are.
    pub fn new(style: Style, variables: &[(String, String)], platform: &dyn Platform) -> Self {
        Self {
            style,
            secrets: Secrets::new(variables, platform),
            documents: Vec::new(),
            findings: Vec::new(),
            omitted: 0,
            errors: 0,
            began: false,
            secret_exchange: false,
        }
    }

    /// Takes note of a text that findings may be about. A later one of the same source takes its
    /// place.
    pub fn document(&mut self, source: Source, name: String, text: &[u8]) {
        let text = decode(text, source).unwrap_or_default();
        let masked = self.secrets.mask(&mask::document(text));
        let name = self.redact(&name);
        self.documents.retain(|(other, _)| *other != source);
        self.documents.push((source, Document { name, masked }));
    }

    /// A file that was to be one of the inputs can't be read: as a finding.
    pub fn unreadable(&mut self, source: Source, name: String, error: &FileError) -> Vec<String> {
        let code = match error {
            FileError::InUse => "file-in-use",
            _ => "unreadable-file",
        };
        let help = match (source, error) {
            (Source::Checkpoint, FileError::InUse) => Some(
                "wait for the publication that keeps its checkpoint there, or use another file",
            ),
            _ => None,
        };
        let message = format!("{name}: {error}");
        self.document(source, name, b"");
        self.diagnostics(vec![Finding {
            severity: Severity::Error,
            code: code.into(),
            source,
            pointer: String::new(),
            position: None,
            message,
            help: help.map(str::to_owned),
        }])
    }

    /// Findings as text: each with the line that it is about, where there is one.
    pub fn diagnostics(&mut self, found: Vec<Finding>) -> Vec<String> {
        let mut lines = Vec::new();
        let omitted = self.omitted;
        for mut finding in found {
            self.errors += usize::from(finding.severity == Severity::Error);
            // How many more the component has found is worth a line in any case.
            let is_count = finding.code == Code::MoreFindings.as_str();
            if self.findings.len() >= MOST_LISTED && !is_count {
                self.omitted += 1;
                continue;
            }
            finding.message = self.redact(&finding.message);
            finding.help = finding.help.map(|help| self.redact(&help));
            finding.pointer = self.redact(&finding.pointer);
            let source = match finding.source {
                Source::Files => Source::Artifact,
                source => source,
            };
            let document = self.document_of(source);
            lines.extend(diagnostics::render(&finding, document, self.style));
            let file = document.map(|document| document.name.clone());
            self.findings.push((finding, file));
        }
        if self.omitted > omitted {
            lines.push(format!("{} more findings are not shown.", self.omitted));
        }
        lines
    }

    /// A request is about to be sent.
    pub fn sending(&mut self, request: &Request) -> Vec<String> {
        let mut lines = self.going_on();
        self.secrets.learn_request(request);
        lines.extend(exchange::request(
            request,
            self.style.verbosity,
            &self.secrets,
        ));
        self.secret_exchange = request.sensitive_url;
        lines.iter().map(|line| self.redact(line)).collect()
    }

    /// The archive of these files is about to be made.
    pub fn packing(&mut self, files: &[String]) -> Vec<String> {
        let mut lines = self.going_on();
        lines.push(match files {
            [file] => format!("pack {file}"),
            files => format!("pack {} files", files.len()),
        });
        lines.iter().map(|line| self.redact(line)).collect()
    }

    /// A request is sent again after this pause.
    pub fn waiting(&self, pause: &Pause) -> Vec<String> {
        let after = exchange::duration(pause.ms);
        vec![self.redact(&format!("  {}; trying again in {after}", pause.reason))]
    }

    /// What came of a step.
    pub fn outcome(&mut self, outcome: &Outcome, took_ms: u64) -> Vec<String> {
        let is_secret = self.secret_exchange;
        self.secrets.learn_outcome(outcome, is_secret);
        let lines = exchange::outcome(
            outcome,
            took_ms,
            is_secret,
            self.style.verbosity,
            &self.secrets,
        );
        lines.iter().map(|line| self.redact(line)).collect()
    }

    /// Any text on one line and without secrets.
    pub fn redact(&self, text: &str) -> String {
        self.secrets.redact(&sanitize(text))
    }

    /// The end.
    pub fn finish(&self, ending: &Ending) -> Report {
        result::report(self, ending)
    }

    fn document_of(&self, source: Source) -> Option<&Document> {
        let mut documents = self.documents.iter();
        let found = documents.find(|(other, _)| *other == source);
        found.map(|(_, document)| document)
    }

    fn going_on(&mut self) -> Vec<String> {
        let first = !std::mem::replace(&mut self.began, true);
        let checkpoint = self.document_of(Source::Checkpoint);
        let checkpoint = checkpoint.filter(|c| first && !c.masked.is_empty());
        let line = checkpoint.map(|c| format!("going on from {}", c.name));
        line.into_iter().collect()
    }

    fn color(&self) -> Color {
        Color::new(self.style.color)
    }
}

#[cfg(test)]
mod tests;
