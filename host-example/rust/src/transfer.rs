//! What is on its way into Atlas or from it.

use std::time::Duration;

use crate::contract::{
    Artifact, Body, BodySource, Build, Diagnostic, FetchOptions, Options, Outcome, PostProcessor,
    Query, Step,
};
use crate::error::Error;
use crate::instance::{Checked, Instance};
use crate::reporter::milliseconds;
use crate::runtime::{CallResult, TransferHandle};

/// A build's artifact on its way into Atlas, or a version on its way from there.
/// [`drive`](crate::drive) is the loop that moves it. It keeps its instance.
pub struct Transfer {
    instance: Instance,
    handle: TransferHandle,
    /// What may be sent of this machine's.
    files: Vec<String>,
}

/// Calls a method of the resource.
macro_rules! call {
    ($transfer:ident, $name:literal, $method:ident $(, $argument:expr)*) => {{
        let (store, bindings) = $transfer.instance.start_call();
        let transfer = bindings.atlas_post_processor_transfers().transfer();
        let result = transfer.$method(store, $transfer.handle.clone() $(, $argument)*).await;
        $transfer.instance.finish_call(concat!("transfer.", $name), result)
    }};
}

impl Transfer {
    /// Starts to publish an artifact through all of a build's `atlas` post-processors, or goes on
    /// from the options' checkpoint. Nothing is sent yet.
    pub async fn publish(
        mut instance: Instance,
        post_processors: &[PostProcessor],
        build: &Build,
        artifact: &Artifact,
        options: Option<&Options>,
    ) -> Result<Checked<Self>, Error> {
        let (store, bindings) = instance.start_call();
        let publishing = bindings.atlas_post_processor_publishing();
        let result = publishing
            .call_begin(store, post_processors, build, artifact, options)
            .await;
        let files = artifact.files.clone();
        Self::begun(instance, files, "publishing.begin", result)
    }

    /// Looks for a version. Nothing is sent yet.
    pub async fn find(
        mut instance: Instance,
        query: &Query,
        options: &FetchOptions,
    ) -> Result<Checked<Self>, Error> {
        let (store, bindings) = instance.start_call();
        let fetching = bindings.atlas_post_processor_fetching();
        let result = fetching.call_find(store, query, options).await;
        Self::begun(instance, Vec::new(), "fetching.find", result)
    }

    /// Looks for a version and downloads its file, or goes on from the options' checkpoint. Nothing is
    /// sent yet.
    pub async fn download(
        mut instance: Instance,
        query: &Query,
        options: &FetchOptions,
    ) -> Result<Checked<Self>, Error> {
        let (store, bindings) = instance.start_call();
        let fetching = bindings.atlas_post_processor_fetching();
        let result = fetching.call_download(store, query, options).await;
        Self::begun(instance, Vec::new(), "fetching.download", result)
    }

    fn begun(
        instance: Instance,
        files: Vec<String>,
        call: &'static str,
        result: CallResult<Result<TransferHandle, Vec<Diagnostic>>>,
    ) -> Result<Checked<Self>, Error> {
        let begun = instance.finish_check(call, result)?;
        Ok(begun.map(|handle| Self {
            instance,
            handle,
            files,
        }))
    }

    /// Warnings about the configurations and the artifact that are published, or about the query.
    pub async fn warnings(&mut self) -> Result<Vec<Diagnostic>, Error> {
        call!(self, "warnings", call_warnings)
    }

    /// A name for the file of a download, where its user gives none.
    pub async fn file_name(&mut self) -> Result<String, Error> {
        call!(self, "file-name", call_file_name)
    }

    /// What to do next. Asked twice, it answers the same.
    pub async fn next(&mut self) -> Result<Step, Error> {
        let step = call!(self, "next", call_next)?;
        // The host reads the body's file, outside of the sandbox: it must be one that the guest was given.
        if let Step::Send(request) = &step
            && let Body::Range(range) = &request.body
            && let BodySource::File(path) = &range.source
            && !self.files.contains(path)
        {
            return Err(Error::ForeignFile(path.clone()));
        }
        Ok(step)
    }

    /// Tells how the last step went, and how long it took.
    pub async fn respond(&mut self, outcome: &Outcome, took: Duration) -> Result<(), Error> {
        call!(self, "respond", call_respond, outcome, milliseconds(took))
    }

    /// How far it has come: a text without secrets for the checkpoint of a later run's options.
    pub async fn checkpoint(&mut self) -> Result<String, Error> {
        call!(self, "checkpoint", call_checkpoint)
    }
}
