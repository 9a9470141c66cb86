//! `fetching`: one version on its way from Atlas.

use std::cell::RefCell;

use super::bindings::atlas::post_processor::steps;
use super::exported::fetching as wit;
use super::mirror::Mirror;
use super::{Checked, Component};
use crate::fetching;
use crate::platform::wasi::Wasi;

impl wit::Guest for Component {
    type Fetch = Fetch;
}

/// The contract's resource.
pub(super) struct Fetch(RefCell<fetching::Fetch>);

fn begin(
    begin: impl FnOnce(fetching::Query, fetching::Options) -> fetching::Begun,
    query: wit::Query,
    options: wit::Options,
) -> Checked<wit::Fetch> {
    begin(query.mirror(), options.mirror())
        .map(|begun| wit::Fetch::new(Fetch(RefCell::new(begun))))
        .map_err(Mirror::mirror)
}

impl wit::GuestFetch for Fetch {
    fn find(query: wit::Query, options: wit::Options) -> Checked<wit::Fetch> {
        let find = |query, options| fetching::Fetch::find(query, options, &Wasi::default());
        begin(find, query, options)
    }

    fn download(query: wit::Query, options: wit::Options) -> Checked<wit::Fetch> {
        let download = |query, options| fetching::Fetch::download(query, options, &Wasi::default());
        begin(download, query, options)
    }

    fn file_name(&self) -> String {
        self.0.borrow().file_name()
    }

    fn checkpoint(&self) -> String {
        self.0.borrow().checkpoint()
    }

    fn next(&self) -> steps::Step {
        self.0.borrow().next().mirror()
    }

    fn respond(&self, outcome: steps::Outcome, took_ms: u64) {
        let outcome = outcome.mirror();
        self.0
            .borrow_mut()
            .respond(outcome, took_ms, &Wasi::default());
    }
}
