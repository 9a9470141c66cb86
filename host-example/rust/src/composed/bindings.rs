//! The component's functions in the shape that wasmtime's bindings have: what calls them need not know
//! where the component runs.

use std::sync::Arc;

use super::{
    ArchiveHandle, CallResult, ReporterHandle, Store, TransferHandle, artifacts, configuration,
    fetching, inputs, packing, publishing, reporting, template, types,
};
use reporting::{Ending, Report, Style};
use steps::{Outcome, Step};
use types::{Artifact, Build, Diagnostic, FileError, PostProcessor, Run, Source};

use super::steps;

type Found<T> = Result<T, Vec<Diagnostic>>;

/// What the component offers.
pub(crate) struct Bindings;

/// Makes a type of an interface or resource, and its functions.
macro_rules! calls {
    ($type:ident { $($name:ident($($argument:ident: $kind:ty),*) -> $result:ty = $call:expr;)* }) => {
        pub(crate) struct $type;

        impl $type {
            $(pub(crate) async fn $name(&self, _: &mut Store $(, $argument: $kind)*) -> CallResult<$result> {
                Ok($call)
            })*
        }
    };
}

/// Leads from an interface to its resource.
macro_rules! leads {
    ($($from:ident.$name:ident => $to:ident),* $(,)?) => {
        $(impl $from {
            pub(crate) fn $name(&self) -> $to {
                $to
            }
        })*
    };
}

leads! {
    Bindings.atlas_post_processor_inputs => Inputs,
    Bindings.atlas_post_processor_template => Template,
    Bindings.atlas_post_processor_configuration => Configuration,
    Bindings.atlas_post_processor_artifacts => Artifacts,
    Bindings.atlas_post_processor_transfers => Transfers,
    Transfers.transfer => Transfer,
    Bindings.atlas_post_processor_publishing => Publishing,
    Bindings.atlas_post_processor_fetching => Fetching,
    Bindings.atlas_post_processor_packing => Packing,
    Packing.archive => Archive,
    Bindings.atlas_post_processor_reporting => Reporting,
    Reporting.reporter => Reporter,
}

/// The interfaces that are nothing but where a resource is.
pub(crate) struct Transfers;
pub(crate) struct Packing;
pub(crate) struct Reporting;

calls!(Inputs {
    call_text_limit() -> u64 = inputs::text_limit();
    call_variables(text: &[u8]) -> Found<Vec<(String, String)>> = inputs::variables(text);
});

calls!(Template {
    call_environment(text: &[u8]) -> Vec<String> = template::environment(text);
    call_select(text: &[u8], run: &Run, build: Option<&str>) -> Found<template::Selection> = template::select(text, run, build);
});

calls!(Configuration {
    call_schema() -> String = configuration::schema();
    call_validate(post_processor: &PostProcessor, build: &Build) -> Found<Vec<Diagnostic>> = configuration::validate(post_processor, build);
    call_from_text(text: &[u8], set: &[(String, String)]) -> Found<PostProcessor> = configuration::from_text(text, set);
});

calls!(Artifacts {
    call_from_record(text: &[u8]) -> Found<(Artifact, Vec<Diagnostic>)> = artifacts::from_record(text);
    call_from_manifest(text: &[u8], build: &Build) -> Found<(Artifact, Vec<Diagnostic>)> = artifacts::from_manifest(text, build);
});

calls!(Transfer {
    call_warnings(handle: TransferHandle) -> Vec<Diagnostic> = handle.warnings();
    call_file_name(handle: TransferHandle) -> String = handle.file_name();
    call_next(handle: TransferHandle) -> Step = handle.next();
    call_respond(handle: TransferHandle, outcome: &Outcome, ms: u64) -> () = handle.respond(outcome, ms);
    call_checkpoint(handle: TransferHandle) -> String = handle.checkpoint();
});

calls!(Publishing {
    call_begin(all: &[PostProcessor], build: &Build, artifact: &Artifact, options: Option<&publishing::Options>) -> Found<TransferHandle>
        = publishing::begin(all, build, artifact, options).map(Arc::new);
});

calls!(Fetching {
    call_find(query: &fetching::Query, options: &fetching::Options) -> Found<TransferHandle> = fetching::find(query, options).map(Arc::new);
    call_download(query: &fetching::Query, options: &fetching::Options) -> Found<TransferHandle> = fetching::download(query, options).map(Arc::new);
});

calls!(Archive {
    call_plan(files: &[String], level: u8) -> Result<ArchiveHandle, Diagnostic> = packing::Archive::plan(files, level).map(Arc::new);
    call_sources(handle: ArchiveHandle) -> Vec<String> = handle.sources();
    call_set_permissions(handle: ArchiveHandle, permissions: &[u32]) -> Result<(), Diagnostic> = handle.set_permissions(permissions);
    call_size(handle: ArchiveHandle) -> u64 = handle.size();
    call_blocks(handle: ArchiveHandle) -> u32 = handle.blocks();
    call_block(handle: ArchiveHandle, index: u32) -> Result<packing::Block, Diagnostic> = handle.block(index);
    call_trailer(handle: ArchiveHandle, sums: &[(u32, u64)]) -> Result<Vec<u8>, Diagnostic> = handle.trailer(sums);
});

calls!(Reporter {
    call_constructor(style: Style, variables: &[(String, String)]) -> ReporterHandle = Arc::new(reporting::Reporter::new(style, variables));
    call_document(handle: ReporterHandle, source: Source, name: &str, text: &[u8]) -> () = handle.document(source, name, text);
    call_unreadable(handle: ReporterHandle, source: Source, name: &str, error: &FileError) -> Vec<String> = handle.unreadable(source, name, error);
    call_diagnostics(handle: ReporterHandle, found: &[Diagnostic]) -> Vec<String> = handle.diagnostics(found);
    call_step(handle: ReporterHandle, step: &Step) -> Vec<String> = handle.step(step);
    call_outcome(handle: ReporterHandle, outcome: &Outcome, ms: u64) -> Vec<String> = handle.outcome(outcome, ms);
    call_redact(handle: ReporterHandle, text: &str) -> String = handle.redact(text);
    call_finish(handle: ReporterHandle, ending: &Ending) -> Report = handle.finish(ending);
});
