//! One running component: its functions, typed.

use crate::contract::{Artifact, Build, Diagnostic, PostProcessor, Run, Selection};
use crate::error::{Diagnostics, Error};
use crate::runtime::{Bindings, CallResult, Guest, Store};

/// What a check gives: a value, or all that is wrong.
pub type Checked<T> = Result<T, Diagnostics>;

/// An instance of the component in its sandbox. After an [`Error`] it can't be used any more.
pub struct Instance {
    guest: Guest,
}

impl Instance {
    pub(crate) fn new(guest: Guest) -> Self {
        Self { guest }
    }

    /// The most bytes of a text that are of use; read at most one more.
    pub async fn text_limit(&mut self) -> Result<u64, Error> {
        let (store, bindings) = self.start_call();
        let result = bindings
            .atlas_post_processor_inputs()
            .call_text_limit(store)
            .await;
        self.finish_call("inputs.text-limit", result)
    }

    /// Reads a file of user variables.
    pub async fn variables(
        &mut self,
        text: &[u8],
    ) -> Result<Checked<Vec<(String, String)>>, Error> {
        let (store, bindings) = self.start_call();
        let result = bindings
            .atlas_post_processor_inputs()
            .call_variables(store, text)
            .await;
        self.finish_check("inputs.variables", result)
    }

    /// Names of all environment variables that the component may read for a template.
    pub async fn environment(&mut self, template: &[u8]) -> Result<Vec<String>, Error> {
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
        template: &[u8],
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
        post_processor: &PostProcessor,
        build: &Build,
    ) -> Result<Checked<Vec<Diagnostic>>, Error> {
        let (store, bindings) = self.start_call();
        let result = bindings
            .atlas_post_processor_configuration()
            .call_validate(store, post_processor, build)
            .await;
        self.finish_check("configuration.validate", result)
    }

    /// Makes a post-processor of a configuration that stands in no template, with these values in place
    /// of its own.
    pub async fn configuration_from_text(
        &mut self,
        text: &[u8],
        set: &[(String, String)],
    ) -> Result<Checked<PostProcessor>, Error> {
        let (store, bindings) = self.start_call();
        let result = bindings
            .atlas_post_processor_configuration()
            .call_from_text(store, text, set)
            .await;
        self.finish_check("configuration.from-text", result)
    }

    /// Reads a JSON description of an artifact; what is right may still have warnings.
    pub async fn artifact_from_record(
        &mut self,
        text: &[u8],
    ) -> Result<Checked<(Artifact, Vec<Diagnostic>)>, Error> {
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
        text: &[u8],
        build: &Build,
    ) -> Result<Checked<(Artifact, Vec<Diagnostic>)>, Error> {
        let (store, bindings) = self.start_call();
        let result = bindings
            .atlas_post_processor_artifacts()
            .call_from_manifest(store, text, build)
            .await;
        self.finish_check("artifacts.from-manifest", result)
    }

    /// Every call begins here: its time runs from now.
    pub(crate) fn start_call(&mut self) -> (&mut Store, &Bindings) {
        self.guest.start_call()
    }

    /// And ends here.
    pub(crate) fn finish_call<T>(
        &self,
        call: &'static str,
        result: CallResult<T>,
    ) -> Result<T, Error> {
        self.guest.finish_call(call, result)
    }

    /// The same for a call that checks something.
    pub(crate) fn finish_check<T>(
        &self,
        call: &'static str,
        result: CallResult<Result<T, Vec<Diagnostic>>>,
    ) -> Result<Checked<T>, Error> {
        let checked = self.finish_call(call, result)?;
        Ok(checked.map_err(Diagnostics))
    }
}
