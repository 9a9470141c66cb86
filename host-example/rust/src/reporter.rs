//! What people and programs are told: the component's words, from an instance of its own.

use std::time::Duration;

use crate::contract::{Diagnostic, Ending, FileError, Outcome, Report, Source, Step, Style};
use crate::error::Error;
use crate::instance::Instance;
use crate::runtime::ReporterHandle;

/// Tells one piece of work, from its inputs to its end, without secrets.
///
/// It takes the secrets from the environment that its instance sees, and keeps that instance: should
/// it break, the work goes on.
pub struct Reporter {
    instance: Instance,
    handle: ReporterHandle,
}

/// Calls a method of the resource.
macro_rules! call {
    ($reporter:ident, $name:literal, $method:ident $(, $argument:expr)*) => {{
        let (store, bindings) = $reporter.instance.start_call();
        let result = bindings
            .atlas_post_processor_reporting()
            .reporter()
            .$method(store, $reporter.handle.clone() $(, $argument)*)
            .await;
        $reporter.instance.finish_call(concat!("reporter.", $name), result)
    }};
}

impl Reporter {
    /// A reporter in that instance, for work with these user variables.
    pub async fn new(
        mut instance: Instance,
        style: Style,
        variables: &[(String, String)],
    ) -> Result<Self, Error> {
        let (store, bindings) = instance.start_call();
        let result = bindings
            .atlas_post_processor_reporting()
            .reporter()
            .call_constructor(store, style, variables)
            .await;
        let handle = instance.finish_call("reporter", result)?;
        Ok(Self { instance, handle })
    }

    /// Takes note of a text that findings may be about, and of its name.
    pub async fn document(&mut self, source: Source, name: &str, text: &[u8]) -> Result<(), Error> {
        call!(self, "document", call_document, source, name, text)
    }

    /// A file that was to be one of the inputs can't be read.
    pub async fn unreadable(
        &mut self,
        source: Source,
        name: &str,
        error: &FileError,
    ) -> Result<Vec<String>, Error> {
        call!(self, "unreadable", call_unreadable, source, name, error)
    }

    /// Findings as text.
    pub async fn diagnostics(&mut self, found: &[Diagnostic]) -> Result<Vec<String>, Error> {
        call!(self, "diagnostics", call_diagnostics, found)
    }

    /// What is about to be done.
    pub async fn step(&mut self, step: &Step) -> Result<Vec<String>, Error> {
        call!(self, "step", call_step, step)
    }

    /// What came of it, after how long.
    pub async fn outcome(
        &mut self,
        outcome: &Outcome,
        took: Duration,
    ) -> Result<Vec<String>, Error> {
        call!(self, "outcome", call_outcome, outcome, milliseconds(took))
    }

    /// Any text on one line and without secrets.
    pub async fn redact(&mut self, text: &str) -> Result<String, Error> {
        call!(self, "redact", call_redact, text)
    }

    /// The end.
    pub async fn finish(&mut self, ending: &Ending) -> Result<Report, Error> {
        call!(self, "finish", call_finish, ending)
    }
}

/// A time as the contract has it.
pub(crate) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
