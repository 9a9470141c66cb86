//! The component in wasmtime, within this program.

mod component;
mod sandbox;

use crate::error::Error;
pub use component::{COMPONENT, Component};
pub(crate) use generated::PostProcessor as Bindings;
use generated::PostProcessorPre;
pub use sandbox::Sandbox;
use sandbox::State;
pub(crate) type Store = wasmtime::Store<State>;
pub(crate) use wasmtime::Result as CallResult;
pub(crate) use wasmtime::component::ResourceAny as ArchiveHandle;
pub(crate) use wasmtime::component::ResourceAny as ReporterHandle;
pub(crate) use wasmtime::component::ResourceAny as TransferHandle;

pub(crate) use generated::atlas::post_processor::{http, steps, types};
pub(crate) use generated::exports::atlas::post_processor::{
    fetching, packing, publishing, reporting, template,
};

/// What `bindgen!` makes of the WIT.
pub(crate) mod generated {
    #![allow(missing_docs, reason = "the WIT is the documentation")]
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "post-processor",
        exports: { default: async },
        additional_derives: [PartialEq],
        // What the world imports is wasmtime's.
        with: { "wasi": wasmtime_wasi::p2::bindings },
    });
}

/// One instance, with what its sandbox keeps on this side.
pub(crate) struct Guest {
    store: Store,
    bindings: Bindings,
}

impl Guest {
    async fn new(pre: &PostProcessorPre<State>, sandbox: &Sandbox) -> Result<Self, Error> {
        let mut store = sandbox.store(pre.engine())?;
        match pre.instantiate_async(&mut store).await {
            Ok(bindings) => Ok(Self { store, bindings }),
            Err(error) => Err(store.data().explain("instantiate", &error)),
        }
    }

    /// Every call begins here: its time runs from now.
    pub(crate) fn start_call(&mut self) -> (&mut Store, &Bindings) {
        self.store.data_mut().start_call();
        (&mut self.store, &self.bindings)
    }

    /// And ends here.
    pub(crate) fn finish_call<T>(
        &self,
        call: &'static str,
        result: CallResult<T>,
    ) -> Result<T, Error> {
        result.map_err(|error| self.store.data().explain(call, &error))
    }
}
