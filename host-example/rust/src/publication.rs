//! Publishing: the loop that every host of the component has.

use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use wasmtime::component::ResourceAny;

use crate::checkpoint::CheckpointFile;
use crate::contract::{Body, Diagnostic, Failure, Outcome, Receipt, Request, Step};
use crate::error::Error;
use crate::http::{HttpClient, Observer};
use crate::instance::Instance;
use crate::packing::{PackError, Packed, Packing};

/// One build's artifact on its way into Atlas.
pub struct Publication {
    instance: Instance,
    handle: ResourceAny,
    files: Vec<String>,
    archive: Option<Packed>,
    kept_in: Option<CheckpointFile>,
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
    /// The checkpoint can't be kept. Nothing was done since the last one.
    #[error("the checkpoint {} can't be written: {source}", path.display())]
    Checkpoint {
        /// Its file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Publication {
    pub(crate) fn new(instance: Instance, handle: ResourceAny, files: Vec<String>) -> Self {
        Self {
            instance,
            handle,
            files,
            archive: None,
            kept_in: None,
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

    /// How far it has come: a text without secrets for [`Instance::resume`].
    pub async fn checkpoint(&mut self) -> Result<String, Error> {
        let (store, bindings) = self.instance.start_call();
        let result = bindings
            .atlas_post_processor_publishing()
            .publication()
            .call_checkpoint(store, self.handle)
            .await;
        self.instance.finish_call("publication.checkpoint", result)
    }

    /// Lets [`drive`] keep the checkpoint in this file, before each step.
    pub fn keep_in(&mut self, file: CheckpointFile) {
        self.kept_in = Some(file);
    }

    async fn keep(&mut self) -> Result<(), DriveError> {
        if self.kept_in.is_none() {
            return Ok(());
        }
        let checkpoint = self.checkpoint().await?;
        match &mut self.kept_in {
            Some(file) => file
                .write(&checkpoint)
                .map_err(|source| DriveError::Checkpoint {
                    path: file.path().to_owned(),
                    source,
                }),
            None => Ok(()),
        }
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

    /// Tells how the last step went.
    pub async fn respond(&mut self, outcome: &Outcome) -> Result<(), Error> {
        let (store, bindings) = self.instance.start_call();
        let result = bindings
            .atlas_post_processor_publishing()
            .publication()
            .call_respond(store, self.handle, outcome)
            .await;
        self.instance.finish_call("publication.respond", result)
    }

    /// Does what a `pack` step asks for, and keeps the archive until the end. What to respond.
    ///
    /// To cancel, drop the future.
    pub async fn pack(
        &mut self,
        files: &[String],
        packing: &Packing,
        observer: &dyn Observer,
    ) -> Result<Outcome, Error> {
        self.archive = None;
        let (component, sandbox) = self.instance.origin();
        match packing.pack(component, sandbox, files, observer).await {
            Ok(packed) => {
                let size = packed.size;
                self.archive = Some(packed);
                Ok(Outcome::Packed(size))
            }
            Err(PackError::Files(reason)) => Ok(Outcome::NotPacked(reason)),
            Err(PackError::Component(error)) => Err(error),
        }
    }

    /// The archive that was made, for the requests that send it.
    pub fn archive(&self) -> Option<&Packed> {
        self.archive.as_ref()
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

/// Publishes: asks what is next, does it, tells how it went, until all is published or can't be.
///
/// To cancel, drop the future: nothing goes on in the background, but for the blocks of an archive
/// that are just being made.
pub async fn drive(
    publication: &mut Publication,
    client: &impl HttpClient,
    packing: &Packing,
    observer: &dyn Observer,
) -> Result<Vec<Receipt>, DriveError> {
    loop {
        publication.keep().await?;
        let outcome = match publication.next().await? {
            Step::Send(request) => {
                observer.sending(&request);
                let started = Instant::now();
                let answer = client.send(&request, publication.archive(), observer).await;
                observer.answered(&request, answer.as_ref(), started.elapsed());
                answer.into()
            }
            Step::Pack(files) => {
                observer.packing(&files);
                publication.pack(&files, packing, observer).await?
            }
            Step::Wait(pause) => {
                observer.waiting(&pause);
                tokio::time::sleep(Duration::from_millis(pause.ms)).await;
                Outcome::Waited
            }
            Step::Done(receipts) => return Ok(receipts),
            Step::Failed(failure) => return Err(DriveError::Failed(failure)),
        };
        publication.respond(&outcome).await?;
    }
}
