//! `publishing`: one build's artifact on its way into Atlas.

use std::cell::RefCell;

use super::bindings::atlas::post_processor::steps;
use super::exported::publishing as wit;
use super::mirror::Mirror;
use super::{Checked, Component, wit as types, with_defaults};
use crate::platform::wasi::Wasi;
use crate::{artifact, post_processor, publication};

impl wit::Guest for Component {
    type Publication = Publication;
}

/// The contract's resource. A component runs on one thread, so a cell is enough.
pub(super) struct Publication(RefCell<publication::Publication>);

impl wit::GuestPublication for Publication {
    fn begin(
        post_processors: Vec<types::PostProcessor>,
        build: types::Build,
        artifact: types::Artifact,
        options: Option<wit::Options>,
    ) -> Checked<wit::Publication> {
        let wasi = Wasi::default();
        let post_processors: Vec<post_processor::PostProcessor> = post_processors.mirror();
        let artifact: artifact::Artifact = artifact.mirror();
        let options: publication::Options = options
            .map(|options: wit::Options| options.mirror())
            .unwrap_or_default();
        let build = with_defaults(build, &wasi);
        publication::Publication::begin(&post_processors, &build, &artifact, options, &wasi)
            .map(|begun| wit::Publication::new(Publication(RefCell::new(begun))))
            .map_err(Mirror::mirror)
    }

    fn checkpoint(&self) -> String {
        self.0.borrow().checkpoint()
    }

    fn warnings(&self) -> Vec<types::Diagnostic> {
        self.0.borrow().warnings().to_vec().mirror()
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
