//! A whole Packer JSON template: which `atlas` post-processors it runs for one build.
//!
//! The rules are those of Packer 1.2.5 (template/parse.go, template/template.go, packer/core.go),
//! but for what only other plugins know: other post-processors' configurations are not judged.

mod builders;
mod hcl;
mod only_except;
mod post_processors;
mod sections;
mod variables;
mod version;

use crate::diagnostic::{Code, Diagnostic, Problem, Source};
use crate::json::{self, Document, Report};
use crate::platform::Platform;
use crate::post_processor::PostProcessor;
use crate::run::{Build, Run};
use builders::Builders;
pub use hcl::looks_like_hcl;
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

/// Names of the environment variables that may be read for the template: the post-processor's own,
/// and those that its `variables` read, if it can be read.
pub fn environment(template: &str) -> Vec<String> {
    let Ok(document) = json::parse(template, Source::Template, None) else {
        return variables::environment(&[]);
    };
    let mut report = Report::new(&document);
    let sections = Sections::sort(&document, &mut report);
    variables::environment(sections.variables)
}

/// The `atlas` post-processors that a template runs for one build.
///
/// # Errors
/// Everything that is wrong with the template, warnings included.
pub fn select(
    template: &str,
    run: Run,
    build_name: Option<&str>,
    platform: &dyn Platform,
) -> Result<Selection, Vec<Diagnostic>> {
    let document = json::parse(template, Source::Template, None).map_err(|finding| {
        let by_name = run
            .template_path
            .as_deref()
            .is_some_and(|path| path.ends_with(".pkr.hcl"));
        vec![match by_name || looks_like_hcl(template) {
            true => hcl_template(finding),
            false => finding,
        }]
    })?;
    let mut report = Report::new(&document);
    let chosen = choose(&document, run, build_name, platform, &mut report);
    let configurations = chosen.iter().flat_map(|c| c.post_processors.iter());
    let spans: Vec<_> = configurations.map(|p| p.value.span.clone()).collect();
    // Those in the configurations are found when these are read.
    report.duplicates(&spans);
    let chosen = chosen.filter(|_| !report.has_errors());
    let findings = report.finish();
    match chosen {
        Some(chosen) => Ok(Selection {
            post_processors: chosen.cut_out(&document),
            build: chosen.build,
            warnings: findings,
        }),
        None => Err(findings),
    }
}

fn hcl_template(not_json: Diagnostic) -> Diagnostic {
    Diagnostic {
        message: "the template is HCL2, and only JSON templates are read here".into(),
        help: Some(
            "run it with Packer 1.7 or later and the plugin packer-plugin-atlas; or give what stands in its \
             `atlas` post-processor as a JSON object with --config FILE, and --set KEY=VALUE for what is not \
             fixed in it"
                .into(),
        ),
        ..not_json
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
    platform: &dyn Platform,
    report: &mut Report<'d>,
) -> Option<Chosen<'d>> {
    let sections = Sections::sort(document, report);
    version::check(sections.min_packer_version, &run, report);
    let random = |bytes: &mut [u8]| platform.random(bytes);
    let environment = |name: &str| platform.environment(name);
    let run = run.with_defaults(platform);
    let run = variables::resolve(document, &sections, run, &environment, &random, report);
    let builders = Builders::read(document, &sections, &run.scope(&random), report);
    let sequences = post_processors::read(&sections, &builders, report);
    only_except::check_provisioners(&sections, &builders, report);
    if report.has_errors() {
        return None;
    }
    let builder = builders.choose(build_name, report)?;
    let post_processors = post_processors::select(&sequences, builder, report);
    if post_processors.is_empty() {
        let message = format!(
            "the build `{}` has no `atlas` post-processor: there is nothing to publish",
            builder.name
        );
        let place = sections.post_processors_key.as_ref();
        let problem = Problem::warning(Code::NothingToPublish, message);
        report.add(place.unwrap_or(&sections.start), problem);
    }
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
