//! Publishing an artifact in Atlas.

use crate::contract::{Artifact, Build, Diagnostic, Options, PostProcessor};
use crate::error::Error;
use crate::instance::{Checked, Instance};
use crate::runtime::PublicationHandle;
use crate::work::{call, work};

/// One build's artifact on its way into Atlas.
pub struct Publication {
    pub(crate) instance: Instance,
    pub(crate) handle: PublicationHandle,
    /// What may be sent of this machine's.
    pub(crate) files: Vec<String>,
}

work!(Publication, atlas_post_processor_publishing, publication);

impl Publication {
    /// Starts to publish an artifact through all of a build's `atlas` post-processors, or goes on
    /// from the options' checkpoint. Nothing is sent yet. It keeps the instance.
    pub async fn begin(
        mut instance: Instance,
        post_processors: &[PostProcessor],
        build: &Build,
        artifact: &Artifact,
        options: Option<&Options>,
    ) -> Result<Checked<Self>, Error> {
        let (store, bindings) = instance.start_call();
        let result = bindings
            .atlas_post_processor_publishing()
            .publication()
            .call_begin(store, post_processors, build, artifact, options)
            .await;
        let begun = instance.finish_check("publication.begin", result)?;
        Ok(begun.map(|handle| Self {
            instance,
            handle,
            files: artifact.files.clone(),
        }))
    }

    /// Warnings about the configurations and the artifact.
    pub async fn warnings(&mut self) -> Result<Vec<Diagnostic>, Error> {
        call!(
            self,
            atlas_post_processor_publishing,
            publication,
            "warnings",
            call_warnings
        )
    }
}
