//! The contract's exports: values in and out of the core, and nothing else.

#![expect(unsafe_code, reason = "the bindings pass values through linear memory")]

mod bindings;
mod fetching;
mod mirror;
mod packing;
mod publishing;
mod reporting;
mod transfers;

use crate::diagnostic::{Diagnostic, Source};
use crate::encoding::decode;
use crate::platform::wasi::Wasi;
use crate::{artifact, configuration, encoding, inputs, post_processor, run, template};
use mirror::Mirror;

use bindings::atlas::post_processor::types as wit;
use bindings::exports::atlas::post_processor as exported;

struct Component;

bindings::export!(Component);

/// What a check gives: a value, or all that is wrong.
type Checked<T> = Result<T, Vec<wit::Diagnostic>>;

/// An artifact, and warnings about what describes it.
type Described = (wit::Artifact, Vec<wit::Diagnostic>);

/// From bytes that the host read to what the core makes of the text.
fn read<T>(
    text: &[u8],
    source: Source,
    read: impl FnOnce(&str) -> Result<T, Vec<Diagnostic>>,
) -> Result<T, Vec<Diagnostic>> {
    let text = decode(text, source).map_err(|finding| vec![finding])?;
    read(text)
}

impl exported::inputs::Guest for Component {
    fn text_limit() -> u64 {
        encoding::TEXT_LIMIT
    }

    fn variables(text: Vec<u8>) -> Checked<Vec<(String, String)>> {
        read(&text, Source::Variables, inputs::variables).mirror()
    }
}

impl exported::template::Guest for Component {
    fn environment(template: Vec<u8>) -> Vec<String> {
        template::environment(decode(&template, Source::Template).unwrap_or_default())
    }

    fn select(
        template: Vec<u8>,
        run: wit::Run,
        build_name: Option<String>,
    ) -> Checked<exported::template::Selection> {
        read(&template, Source::Template, |text| {
            template::select(text, run.mirror(), build_name.as_deref(), &Wasi::default())
        })
        .mirror()
    }
}

impl exported::configuration::Guest for Component {
    fn schema() -> String {
        configuration::SCHEMA.into()
    }

    fn from_text(text: Vec<u8>, set: Vec<(String, String)>) -> Checked<wit::PostProcessor> {
        read(&text, Source::Configuration, |text| {
            configuration::from_text(text, &set)
        })
        .mirror()
    }

    fn validate(
        post_processor: wit::PostProcessor,
        build: wit::Build,
    ) -> Checked<Vec<wit::Diagnostic>> {
        let wasi = Wasi::default();
        let post_processor: post_processor::PostProcessor = post_processor.mirror();
        let build = with_defaults(build, &wasi);
        configuration::read(&post_processor, &build, &wasi)
            .map(|(_, warnings)| warnings)
            .mirror()
    }
}

impl exported::artifacts::Guest for Component {
    fn from_record(text: Vec<u8>) -> Checked<Described> {
        read(&text, Source::Artifact, artifact::from_record).mirror()
    }

    fn from_manifest(text: Vec<u8>, build: wit::Build) -> Checked<Described> {
        read(&text, Source::Artifact, |text| {
            let artifact = artifact::from_manifest(text, &build.name, &build.builder_type);
            // Nothing in a manifest is worth a warning.
            artifact.map(|artifact| (artifact, Vec::<Diagnostic>::new()))
        })
        .mirror()
    }
}

fn with_defaults(build: wit::Build, wasi: &Wasi) -> run::Build {
    let mut build: run::Build = build.mirror();
    build.run = build.run.with_defaults(wasi);
    build
}
