//! An archive that an instance has planned, and makes block by block.

use crate::contract::{Block, Diagnostic};
use crate::error::Error;
use crate::instance::Instance;
use crate::runtime::ArchiveHandle;

/// A planned archive. A [`Diagnostic`] is what the component says about a file.
pub(crate) struct Archive {
    instance: Instance,
    handle: ArchiveHandle,
}

/// Calls a method of the resource.
macro_rules! call {
    ($archive:ident, $name:literal, $method:ident $(, $argument:expr)?) => {{
        let (store, bindings) = $archive.instance.start_call();
        let result = bindings
            .atlas_post_processor_packing()
            .archive()
            .$method(store, $archive.handle.clone() $(, $argument)?)
            .await;
        $archive.instance.finish_call($name, result)
    }};
}

impl Archive {
    /// Plans the archive of these files. It keeps the instance.
    pub(crate) async fn plan(
        mut instance: Instance,
        files: &[String],
        level: u8,
    ) -> Result<Result<Self, Diagnostic>, Error> {
        let (store, bindings) = instance.start_call();
        let result = bindings
            .atlas_post_processor_packing()
            .archive()
            .call_plan(store, files, level)
            .await;
        let planned = instance.finish_call("archive.plan", result)?;
        Ok(planned.map(|handle| Self { instance, handle }))
    }

    /// Paths of what becomes its members.
    pub(crate) async fn sources(&mut self) -> Result<Vec<String>, Error> {
        call!(self, "archive.sources", call_sources)
    }

    /// Sets the members' permission bits.
    pub(crate) async fn set_permissions(
        &mut self,
        permissions: &[u32],
    ) -> Result<Result<(), Diagnostic>, Error> {
        call!(
            self,
            "archive.set-permissions",
            call_set_permissions,
            permissions
        )
    }

    /// What instances that make blocks of one archive agree on.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) async fn fingerprint(&mut self) -> Result<String, Error> {
        call!(self, "archive.fingerprint", call_fingerprint)
    }

    /// Bytes before compression.
    pub(crate) async fn size(&mut self) -> Result<u64, Error> {
        call!(self, "archive.size", call_size)
    }

    /// How many blocks it has.
    pub(crate) async fn blocks(&mut self) -> Result<u32, Error> {
        call!(self, "archive.blocks", call_blocks)
    }

    /// Makes a block.
    pub(crate) async fn block(&mut self, index: u32) -> Result<Result<Block, Diagnostic>, Error> {
        call!(self, "archive.block", call_block, index)
    }

    /// The end of the file.
    pub(crate) async fn trailer(
        &mut self,
        sums: &[(u32, u64)],
    ) -> Result<Result<Vec<u8>, Diagnostic>, Error> {
        call!(self, "archive.trailer", call_trailer, sums)
    }
}
