//! `transfers`: what is on its way into Atlas or from it.

use std::cell::RefCell;

use super::bindings::atlas::post_processor::steps;
use super::exported::transfers as wit;
use super::mirror::Mirror;
use super::{Checked, Component, wit as types};
use crate::diagnostic::Diagnostic;
use crate::fetching::Fetch;
use crate::platform::wasi::Wasi;
use crate::publication::Publication;

impl wit::Guest for Component {
    type Transfer = Transfer;
}

/// The contract's resource. A component runs on one thread, so a cell is enough.
pub(super) struct Transfer(RefCell<Work>);

/// What is done in steps.
pub(super) enum Work {
    Publication(Publication),
    Fetch(Fetch),
}

/// Gives the host what was begun.
pub(super) fn begun(begun: Result<Work, Vec<Diagnostic>>) -> Checked<wit::Transfer> {
    begun
        .map(|work| wit::Transfer::new(Transfer(RefCell::new(work))))
        .map_err(Mirror::mirror)
}

impl wit::GuestTransfer for Transfer {
    fn warnings(&self) -> Vec<types::Diagnostic> {
        let warnings = match &*self.0.borrow() {
            Work::Publication(publication) => publication.warnings().to_vec(),
            Work::Fetch(fetch) => fetch.warnings().to_vec(),
        };
        warnings.mirror()
    }

    fn file_name(&self) -> String {
        match &*self.0.borrow() {
            Work::Publication(_) => String::new(),
            Work::Fetch(fetch) => fetch.file_name(),
        }
    }

    fn checkpoint(&self) -> String {
        match &*self.0.borrow() {
            Work::Publication(publication) => publication.checkpoint(),
            Work::Fetch(fetch) => fetch.checkpoint(),
        }
    }

    fn next(&self) -> steps::Step {
        let step = match &*self.0.borrow() {
            Work::Publication(publication) => publication.next(),
            Work::Fetch(fetch) => fetch.next(),
        };
        step.mirror()
    }

    fn respond(&self, outcome: steps::Outcome, took_ms: u64) {
        let outcome = outcome.mirror();
        let wasi = Wasi::default();
        match &mut *self.0.borrow_mut() {
            Work::Publication(publication) => publication.respond(outcome, took_ms, &wasi),
            Work::Fetch(fetch) => fetch.respond(outcome, took_ms, &wasi),
        }
    }
}
