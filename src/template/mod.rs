//! A whole Packer JSON template: which `atlas` post-processors it runs for one build.
//!
//! The rules are those of Packer 1.2.5 (template/parse.go, template/template.go, packer/core.go),
//! but for what only other plugins know: other post-processors' configurations are not judged.

mod builders;
mod only_except;
mod post_processors;
mod sections;
mod variables;
mod version;

use crate::build::{Build, Run};
use crate::diagnostic::{Diagnostic, any_error};
use crate::json::{self, Document, Report};
use crate::post_processor::PostProcessor;
use crate::surroundings::Surroundings;
use builders::Builders;
use sections::Sections;

/// The `atlas` post-processors of one build.
#[derive(Debug)]
pub struct Selection {
    /// The build that runs them.
    pub build: Build,
    /// In the order in which Packer runs them.
    pub post_processors: Vec<PostProcessor>,
    /// What is worth a look.
    pub warnings: Vec<Diagnostic>,
}

/// Names of the environment variables that the template's `variables` read. None if the template
/// can't be read.
pub fn environment(template: &str) -> Vec<String> {
    let Ok(document) = json::parse(template, None) else {
        return Vec::new();
    };
    let mut report = Report::new(&document);
    let sections = Sections::sort(&document, &mut report);
    variables::environment(&sections)
}

/// The `atlas` post-processors that a template runs for one build.
///
/// # Errors
/// Everything that is wrong with the template, warnings included.
pub fn select(
    template: &str,
    run: Run,
    build_name: Option<&str>,
    surroundings: &dyn Surroundings,
) -> Result<Selection, Vec<Diagnostic>> {
    let document = json::parse(template, None).map_err(|finding| vec![finding])?;
    let mut report = Report::new(&document);
    let chosen = choose(&document, run, build_name, surroundings, &mut report);
    let configurations = chosen.iter().flat_map(|c| c.post_processors.iter());
    let spans: Vec<_> = configurations.map(|p| p.value.span.clone()).collect();
    // Those in the configurations are found when these are read.
    report.duplicates(&spans);
    let findings = report.finish();
    match chosen {
        Some(chosen) if !any_error(&findings) => Ok(Selection {
            post_processors: chosen.cut_out(&document),
            build: chosen.build,
            warnings: findings,
        }),
        _ => Err(findings),
    }
}

struct Chosen<'d> {
    build: Build,
    post_processors: Vec<post_processors::Selected<'d>>,
}

impl Chosen<'_> {
    fn cut_out(&self, document: &Document) -> Vec<PostProcessor> {
        let cut = self.post_processors.iter().map(|selected| PostProcessor {
            config: document
                .text()
                .get(selected.value.span.clone())
                .unwrap_or("null")
                .into(),
            origin: Some(document.origin_of(selected.value)),
            chained: selected.chained,
        });
        cut.collect()
    }
}

fn choose<'d>(
    document: &'d Document<'d>,
    run: Run,
    build_name: Option<&str>,
    surroundings: &dyn Surroundings,
    report: &mut Report<'d>,
) -> Option<Chosen<'d>> {
    let sections = Sections::sort(document, report);
    version::check(sections.min_packer_version, &run, report);
    let random = |bytes: &mut [u8]| surroundings.random(bytes);
    let environment = |name: &str| surroundings.environment(name);
    let run = run.settled(surroundings);
    let run = variables::resolve(document, &sections, run, &environment, &random, report);
    let builders = Builders::read(document, &sections, &run.scope(&random), report);
    let sequences = post_processors::read(&sections, &builders, report);
    only_except::check_provisioners(&sections, &builders, report);
    if report.has_errors() {
        return None;
    }
    let builder = builders.choose(build_name, report)?;
    let post_processors = post_processors::select(&sequences, builder, report);
    Some(Chosen {
        build: Build {
            name: builder.name.clone(),
            builder_type: builder.builder_type.clone(),
            run,
        },
        post_processors,
    })
}

#[cfg(test)]
mod tests;
