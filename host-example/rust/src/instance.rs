//! One running component: its functions, typed.

use wasmtime::Store;

use crate::archive::Archive;
use crate::contract::generated::{PostProcessor as Bindings, PostProcessorPre};
use crate::contract::{Artifact, Build, Diagnostic, Options, PostProcessorConfig, Run, Selection};
use crate::engine::PostProcessor;
use crate::error::{Diagnostics, Error};
use crate::publication::Publication;
use crate::sandbox::{Sandbox, State};

/// What a check gives: a value, or all that is wrong.
pub type Checked<T> = Result<T, Diagnostics>;

/// An instance of the component in its sandbox. After an [`Error`] it can't be used any more.
pub struct Instance {
    component: PostProcessor,
    sandbox: Sandbox,
    store: Store<State>,
    bindings: Bindings,
}

impl Instance {
    pub(crate) async fn new(
        component: &PostProcessor,
        pre: &PostProcessorPre<State>,
        sandbox: &Sandbox,
    ) -> Result<Self, Error> {
        let mut store = sandbox.store(pre.engine())?;
        match pre.instantiate_async(&mut store).await {
            Ok(bindings) => Ok(Self {
                component: component.clone(),
                sandbox: sandbox.clone(),
                store,
                bindings,
            }),
            Err(error) => Err(store.data().explain("instantiate", &error)),
        }
    }

    /// What it is an instance of, and its sandbox: for more of the kind.
    pub(crate) fn origin(&self) -> (&PostProcessor, &Sandbox) {
        (&self.component, &self.sandbox)
    }

    /// Names of the environment variables that a template reads.
    pub async fn environment(&mut self, template: &str) -> Result<Vec<String>, Error> {
        let (store, bindings) = self.start_call();
        let result = bindings
            .atlas_post_processor_template()
            .call_environment(store, template)
            .await;
        self.finish_call("template.environment", result)
    }

    /// The `atlas` post-processors of a template's build, by name or its only one.
    pub async fn select(
        &mut self,
        template: &str,
        run: &Run,
        build_name: Option<&str>,
    ) -> Result<Checked<Selection>, Error> {
        let (store, bindings) = self.start_call();
        let result = bindings
            .atlas_post_processor_template()
            .call_select(store, template, run, build_name)
            .await;
        self.finish_check("template.select", result)
    }

    /// The JSON Schema of the configuration.
    pub async fn schema(&mut self) -> Result<String, Error> {
        let (store, bindings) = self.start_call();
        let result = bindings
            .atlas_post_processor_configuration()
            .call_schema(store)
            .await;
        self.finish_call("configuration.schema", result)
    }

    /// Checks one configuration; what is right may still have warnings.
    pub async fn validate(
        &mut self,
        post_processor: &PostProcessorConfig,
        build: &Build,
    ) -> Result<Checked<Vec<Diagnostic>>, Error> {
        let (store, bindings) = self.start_call();
        let result = bindings
            .atlas_post_processor_configuration()
            .call_validate(store, post_processor, build)
            .await;
        self.finish_check("configuration.validate", result)
    }

    /// Reads a JSON description of an artifact.
    pub async fn artifact_from_record(&mut self, text: &str) -> Result<Checked<Artifact>, Error> {
        let (store, bindings) = self.start_call();
        let result = bindings
            .atlas_post_processor_artifacts()
            .call_from_record(store, text)
            .await;
        self.finish_check("artifacts.from-record", result)
    }

    /// Takes the newest artifact of a build from what Packer's `manifest` post-processor wrote.
    pub async fn artifact_from_manifest(
        &mut self,
        text: &str,
        build_name: &str,
    ) -> Result<Checked<Artifact>, Error> {
        let (store, bindings) = self.start_call();
        let result = bindings
            .atlas_post_processor_artifacts()
            .call_from_manifest(store, text, build_name)
            .await;
        self.finish_check("artifacts.from-manifest", result)
    }

    /// Starts to publish an artifact through all of a build's `atlas` post-processors. Nothing is
    /// sent yet. The publication keeps this instance.
    pub async fn begin(
        mut self,
        post_processors: &[PostProcessorConfig],
        build: &Build,
        artifact: &Artifact,
        options: Option<Options>,
    ) -> Result<Checked<Publication>, Error> {
        let (store, bindings) = self.start_call();
        let result = bindings
            .atlas_post_processor_publishing()
            .publication()
            .call_begin(store, post_processors, build, artifact, options)
            .await;
        Ok(self
            .finish_check("publication.begin", result)?
            .map(|handle| Publication::new(self, handle, artifact.files.clone())))
    }

    /// Goes on with a publication of which there is a [checkpoint](Publication::checkpoint), with
    /// what it was begun with.
    pub async fn resume(
        mut self,
        post_processors: &[PostProcessorConfig],
        build: &Build,
        artifact: &Artifact,
        options: Option<Options>,
        checkpoint: &str,
    ) -> Result<Checked<Publication>, Error> {
        let (store, bindings) = self.start_call();
        let result = bindings
            .atlas_post_processor_publishing()
            .publication()
            .call_resume(store, post_processors, build, artifact, options, checkpoint)
            .await;
        Ok(self
            .finish_check("publication.resume", result)?
            .map(|handle| Publication::new(self, handle, artifact.files.clone())))
    }

    /// Plans the archive of these files. The archive keeps this instance.
    pub(crate) async fn plan(
        mut self,
        files: &[String],
        level: u8,
    ) -> Result<Result<Archive, String>, Error> {
        let (store, bindings) = self.start_call();
        let result = bindings
            .atlas_post_processor_packing()
            .archive()
            .call_plan(store, files, level)
            .await;
        Ok(self
            .finish_call("archive.plan", result)?
            .map(|handle| Archive::new(self, handle)))
    }

    /// Every call begins here: its time runs from now.
    pub(crate) fn start_call(&mut self) -> (&mut Store<State>, &Bindings) {
        self.store.data_mut().start_call();
        (&mut self.store, &self.bindings)
    }

    /// And ends here.
    pub(crate) fn finish_call<T>(
        &self,
        call: &'static str,
        result: wasmtime::Result<T>,
    ) -> Result<T, Error> {
        result.map_err(|error| self.store.data().explain(call, &error))
    }

    fn finish_check<T>(
        &self,
        call: &'static str,
        result: wasmtime::Result<Result<T, Vec<Diagnostic>>>,
    ) -> Result<Checked<T>, Error> {
        let checked = self.finish_call(call, result)?;
        Ok(checked.map_err(Diagnostics))
    }
}
