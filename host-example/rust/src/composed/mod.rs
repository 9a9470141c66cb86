//! The component beside this program, in one that is composed of both for a WASI runtime: it sees what
//! that runtime lets the whole see, and is there once.

mod bindings;
mod component;
mod sandbox;

use std::convert::Infallible;
use std::sync::Arc;

use crate::error::Error;
pub(crate) use bindings::Bindings;
pub use component::Component;
pub(crate) use generated::atlas::post_processor::{
    artifacts, configuration, fetching, http, inputs, packing, publishing, reporting, steps,
    template, transfers, types,
};
pub use sandbox::Sandbox;

/// A call of what this is composed with: the runtime ends all of it where wasmtime would end the call.
pub(crate) type CallResult<T> = Result<T, Infallible>;
pub(crate) type ArchiveHandle = Arc<packing::Archive>;
pub(crate) type ReporterHandle = Arc<reporting::Reporter>;
pub(crate) type TransferHandle = Arc<transfers::Transfer>;

/// What `generate!` makes of the WIT.
mod generated {
    #![allow(missing_docs, reason = "the WIT is the documentation")]
    wit_bindgen::generate!({
        path: "../../wit",
        inline: "
            package atlas:host;
            world command {
                import atlas:post-processor/inputs@0.1.0;
                import atlas:post-processor/template@0.1.0;
                import atlas:post-processor/configuration@0.1.0;
                import atlas:post-processor/artifacts@0.1.0;
                import atlas:post-processor/transfers@0.1.0;
                import atlas:post-processor/publishing@0.1.0;
                import atlas:post-processor/fetching@0.1.0;
                import atlas:post-processor/packing@0.1.0;
                import atlas:post-processor/reporting@0.1.0;
            }
        ",
        world: "atlas:host/command",
        generate_all,
        additional_derives: [PartialEq],
    });
}

/// What a call needs: nothing.
pub(crate) struct Store;

/// The component. There is one, whatever is made of it.
pub(crate) struct Guest {
    store: Store,
    bindings: Bindings,
}

impl Guest {
    fn new() -> Self {
        Self {
            store: Store,
            bindings: Bindings,
        }
    }

    /// Every call begins here.
    pub(crate) fn start_call(&mut self) -> (&mut Store, &Bindings) {
        (&mut self.store, &self.bindings)
    }

    /// And ends here.
    pub(crate) fn finish_call<T>(
        &self,
        _call: &'static str,
        result: CallResult<T>,
    ) -> Result<T, Error> {
        match result {
            Ok(value) => Ok(value),
        }
    }
}
