//! Finding what is in Atlas, and downloading it.

use crate::contract::{Diagnostic, FetchOptions, Query};
use crate::error::Error;
use crate::instance::{Checked, Instance};
use crate::runtime::{CallResult, FetchHandle};
use crate::work::{call, work};

/// One version on its way from Atlas.
pub struct Fetch {
    pub(crate) instance: Instance,
    pub(crate) handle: FetchHandle,
    /// What may be sent of this machine's: nothing.
    pub(crate) files: [String; 0],
}

work!(Fetch, atlas_post_processor_fetching, fetch);

impl Fetch {
    /// Looks for a version. Nothing is sent yet. It keeps the instance.
    pub async fn find(
        mut instance: Instance,
        query: &Query,
        options: &FetchOptions,
    ) -> Result<Checked<Self>, Error> {
        let (store, bindings) = instance.start_call();
        let fetch = bindings.atlas_post_processor_fetching().fetch();
        let result = fetch.call_find(store, query, options).await;
        Self::begun(instance, "fetch.find", result)
    }

    /// Looks for a version and downloads its file, or goes on from the options' checkpoint. Nothing is
    /// sent yet. It keeps the instance.
    pub async fn download(
        mut instance: Instance,
        query: &Query,
        options: &FetchOptions,
    ) -> Result<Checked<Self>, Error> {
        let (store, bindings) = instance.start_call();
        let fetch = bindings.atlas_post_processor_fetching().fetch();
        let result = fetch.call_download(store, query, options).await;
        Self::begun(instance, "fetch.download", result)
    }

    fn begun(
        instance: Instance,
        call: &'static str,
        result: CallResult<Result<FetchHandle, Vec<Diagnostic>>>,
    ) -> Result<Checked<Self>, Error> {
        let begun = instance.finish_check(call, result)?;
        Ok(begun.map(|handle| Self {
            instance,
            handle,
            files: [],
        }))
    }

    /// A name for the file of a download, where its user gives none.
    pub async fn file_name(&mut self) -> Result<String, Error> {
        call!(
            self,
            atlas_post_processor_fetching,
            fetch,
            "file-name",
            call_file_name
        )
    }
}
