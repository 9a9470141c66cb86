//! `reporting`: what people and programs are told.

use std::cell::RefCell;

use super::bindings::atlas::post_processor::steps;
use super::exported::reporting as wit;
use super::mirror::Mirror;
use super::{Component, wit as types};
use crate::platform::wasi::Wasi;
use crate::reporting;

impl wit::Guest for Component {
    type Reporter = Reporter;
}

/// The contract's resource.
pub(super) struct Reporter(RefCell<reporting::Reporter>);

impl wit::GuestReporter for Reporter {
    fn new(style: wit::Style, variables: Vec<(String, String)>) -> Self {
        let reporter = reporting::Reporter::new(style.mirror(), &variables, &Wasi::default());
        Self(RefCell::new(reporter))
    }

    fn document(&self, source: types::Source, name: String, text: Vec<u8>) {
        self.0.borrow_mut().document(source.mirror(), name, &text);
    }

    fn unreadable(
        &self,
        source: types::Source,
        name: String,
        error: types::FileError,
    ) -> Vec<String> {
        let mut reporter = self.0.borrow_mut();
        reporter.unreadable(source.mirror(), name, &error.mirror())
    }

    fn diagnostics(&self, found: Vec<types::Diagnostic>) -> Vec<String> {
        self.0.borrow_mut().diagnostics(found.mirror())
    }

    fn step(&self, step: steps::Step) -> Vec<String> {
        let mut reporter = self.0.borrow_mut();
        match step {
            steps::Step::Send(request) => reporter.sending(&request.mirror()),
            steps::Step::Pack(files) => reporter.packing(&files),
            steps::Step::Wait(pause) => reporter.waiting(&pause.mirror()),
            steps::Step::Done(_) | steps::Step::Failed(_) => Vec::new(),
        }
    }

    fn outcome(&self, outcome: steps::Outcome, took_ms: u64) -> Vec<String> {
        self.0.borrow_mut().outcome(&outcome.mirror(), took_ms)
    }

    fn redact(&self, text: String) -> String {
        self.0.borrow().redact(&text)
    }

    fn finish(&self, ending: wit::Ending) -> wit::Report {
        self.0.borrow().finish(&ending.mirror()).mirror()
    }
}
