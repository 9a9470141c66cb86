//! Publishing: the loop that every host of the component has.

use std::time::Instant;

use wasmtime::component::ResourceAny;

use crate::contract::{
    Body, Diagnostic, Failure, Receipt, Request, Response, Step, TransportError,
};
use crate::error::Error;
use crate::http::{HttpClient, Observer};
use crate::instance::Instance;

/// One build's artifact on its way into Atlas.
pub struct Publication {
    instance: Instance,
    handle: ResourceAny,
    files: Vec<String>,
}

/// Why [`drive`] came to no good end.
#[derive(Debug, thiserror::Error)]
pub enum DriveError {
    /// The component ended it: Atlas refused something, or could not be reached.
    #[error("{}", .0.message)]
    Failed(Failure),
    /// The component itself broke.
    #[error(transparent)]
    Component(#[from] Error),
}

impl Publication {
    pub(crate) fn new(instance: Instance, handle: ResourceAny, files: Vec<String>) -> Self {
        Self {
            instance,
            handle,
            files,
        }
    }

    /// Warnings about the configurations and the artifact.
    pub async fn warnings(&mut self) -> Result<Vec<Diagnostic>, Error> {
        let (store, bindings) = self.instance.start_call();
        let result = bindings
            .atlas_post_processor_publishing()
            .publication()
            .call_warnings(store, self.handle)
            .await;
        self.instance.finish_call("publication.warnings", result)
    }

    /// What to do next. Asked twice, it answers the same.
    pub async fn next(&mut self) -> Result<Step, Error> {
        let (store, bindings) = self.instance.start_call();
        let result = bindings
            .atlas_post_processor_publishing()
            .publication()
            .call_next(store, self.handle)
            .await;
        let step = self.instance.finish_call("publication.next", result)?;
        if let Step::Send(request) = &step {
            self.check_body(request)?;
        }
        Ok(step)
    }

    /// Tells how the last request went.
    pub async fn respond(
        &mut self,
        outcome: Result<&Response, &TransportError>,
    ) -> Result<(), Error> {
        let (store, bindings) = self.instance.start_call();
        let result = bindings
            .atlas_post_processor_publishing()
            .publication()
            .call_respond(store, self.handle, outcome)
            .await;
        self.instance.finish_call("publication.respond", result)
    }

    /// The host reads the body's file, outside of the sandbox: it must be one that the guest was given.
    fn check_body(&self, request: &Request) -> Result<(), Error> {
        match &request.body {
            Body::File(path) if !self.files.iter().any(|file| file == path) => {
                Err(Error::ForeignFile(path.clone()))
            }
            _ => Ok(()),
        }
    }
}

/// Publishes: asks what is next, sends it, tells how it went, until all is published or can't be.
///
/// To cancel, drop the future: nothing goes on in the background.
pub async fn drive(
    publication: &mut Publication,
    client: &impl HttpClient,
    observer: &dyn Observer,
) -> Result<Vec<Receipt>, DriveError> {
    loop {
        match publication.next().await? {
            Step::Send(request) => {
                observer.sending(&request);
                let started = Instant::now();
                let outcome = client.send(&request, observer).await;
                observer.answered(&request, outcome.as_ref(), started.elapsed());
                publication.respond(outcome.as_ref()).await?;
            }
            Step::Done(receipts) => return Ok(receipts),
            Step::Failed(failure) => return Err(DriveError::Failed(failure)),
        }
    }
}
