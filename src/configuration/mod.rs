//! The post-processor's configuration: from a JSON text, a build and the ATLAS_ environment to a
//! [`Configuration`], or to everything that is wrong with them.

mod from_environment;
mod from_text;
mod go_integer;
mod keys;
mod weak_typing;

use std::collections::BTreeMap;

use crate::access::{self, About, Given};
use crate::atlas::{ArtifactType, BaseUrl, Slug, Token};
use crate::diagnostic::{Code, Diagnostic, Place, Source};
use crate::findings::Findings;
use crate::interpolation::Scope;
use crate::json::{self, Document, Kind, Report, Span, Value};
use crate::platform::Platform;
use crate::post_processor::PostProcessor;
use crate::run::Build;
use from_environment::number;
pub use from_text::from_text;
use keys::Values;
use weak_typing::Reader;
pub use weak_typing::{imprecise_number, interpolation_problem};

/// JSON Schema (draft 2020-12) of the configuration.
pub const SCHEMA: &str = include_str!("schema.json");

/// A configuration that can be published with.
#[derive(Debug)]
pub struct Configuration {
    /// What the artifact is called in Atlas.
    pub artifact: Slug,
    /// What kind of artifact it is.
    pub artifact_type: ArtifactType,
    /// Whether `artifact_type` is meant to differ from what the artifact says of itself.
    pub artifact_type_override: bool,
    /// What is said about the version, if anything.
    pub metadata: Option<BTreeMap<String, String>>,
    /// Where Atlas is.
    pub base_url: BaseUrl,
    /// Who publishes.
    pub token: Token,
    /// The number of the build in Atlas, 0 for none.
    pub build_id: i64,
    /// The number of the compilation in Atlas, 0 for none.
    pub compile_id: i64,
    /// The place of the post-processor in the host's text, for findings about it as a whole.
    pub place: Place,
}

/// Reads a configuration.
///
/// # Errors
/// Everything that is wrong with it, warnings included.
pub fn read(
    post_processor: &PostProcessor,
    build: &Build,
    platform: &dyn Platform,
) -> Result<(Configuration, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut findings = Findings::default();
    match check(post_processor, build, platform, &mut findings) {
        Some(configuration) => Ok((configuration, findings.finish())),
        None => Err(findings.finish()),
    }
}

/// Reads one of several configurations, and adds what is found to what was found in the others.
pub fn check(
    post_processor: &PostProcessor,
    build: &Build,
    platform: &dyn Platform,
    findings: &mut Findings,
) -> Option<Configuration> {
    let origin = post_processor.origin.as_ref();
    // What was cut from a template points into that.
    let source = origin.map_or(Source::Configuration, |_| Source::Template);
    let document = match json::parse(&post_processor.config, source, origin) {
        Ok(document) => document,
        Err(finding) => {
            findings.push(finding);
            return None;
        }
    };
    let random = |bytes: &mut [u8]| platform.random(bytes);
    let scope = build.scope(&random);
    let mut report = Report::new(&document);
    let configuration = interpret(&document, &scope, &mut report, platform);
    report.duplicates(&[]);
    let configuration = configuration.filter(|_| !report.has_errors());
    findings.append(report.into_findings());
    configuration
}

fn interpret<'d>(
    document: &'d Document<'d>,
    scope: &Scope,
    report: &mut Report<'d>,
    platform: &dyn Platform,
) -> Option<Configuration> {
    let root = document.root();
    let whole = root.span.start..root.span.start + 1;
    let values = match &root.kind {
        Kind::Object(members) => Values::sort(members, report),
        // Packer takes `"post-processors": ["atlas"]` for an object with that type alone.
        Kind::String(name) if name == "atlas" => Values::default(),
        _ => {
            let message = format!(
                "a post-processor must be an object, not {}",
                root.type_name()
            );
            report.error(Code::WrongType, &root.span, message);
            return None;
        }
    };
    let mut reader = Reader {
        document,
        scope,
        report,
    };
    let artifact = required(&mut reader, &whole, "artifact", values.artifact);
    let artifact_type = required(&mut reader, &whole, "artifact_type", values.artifact_type);
    let metadata = values.metadata.and_then(|v| reader.strings("metadata", v));
    let overrides = values
        .artifact_type_override
        .and_then(|v| reader.boolean("artifact_type_override", v));
    let token = optional(&mut reader, "token", values.token);
    let url = optional(&mut reader, "atlas_url", values.atlas_url);

    let artifact = artifact.and_then(|(text, span)| slug(&text, &span, report));
    let artifact_type = artifact_type.and_then(|(text, span)| kind(&text, &span, report));
    let build_id = number("ATLAS_BUILD_ID", platform, report);
    let compile_id = number("ATLAS_COMPILE_ID", platform, report);
    let (token, token_span) = apart(token, &whole);
    let (url, url_span) = apart(url, &whole);
    let access = access::read(token, url, platform, &mut |about, problem| match about {
        About::Token => report.add(&token_span, problem),
        About::Address => report.add(&url_span, problem),
        About::NoAddress => {
            let help = "set `atlas_url`, or ATLAS_ADDRESS in the environment, to the address of your Atlas, even \
                        where it is that one";
            report.add(&whole, problem.help(help));
        }
        About::Environment => report.add_elsewhere(problem.about(Source::Environment)),
    });
    let token = match access.token {
        Given::Value(token) => Some(token),
        Given::Reported => None,
        Given::Nothing => {
            let message = "there is no token to publish with";
            let help = "set `token`, or ATLAS_TOKEN in the environment; if `token` is a user \
                        variable, give it a value";
            report.error_with_help(Code::MissingToken, &whole, message, help);
            None
        }
    };
    Some(Configuration {
        artifact: artifact?,
        artifact_type: artifact_type?,
        artifact_type_override: overrides.unwrap_or(false),
        metadata,
        base_url: access.base_url?,
        token: token?,
        build_id: build_id?,
        compile_id: compile_id?,
        place: document.place(&whole),
    })
}

/// A text, and where it stands.
fn optional(reader: &mut Reader, key: &str, value: Option<&Value>) -> Given<(String, Span)> {
    let Some(value) = value else {
        return Given::Nothing;
    };
    match reader.string(key, value) {
        None => Given::Reported,
        Some(text) if text.is_empty() => Given::Nothing,
        Some(text) => Given::Value((text, value.span.clone())),
    }
}

/// A text, and where it stands: at `whole` if it is missing.
fn apart(text: Given<(String, Span)>, whole: &Span) -> (Given<String>, Span) {
    match text {
        Given::Value((text, span)) => (Given::Value(text), span),
        Given::Nothing => (Given::Nothing, whole.clone()),
        Given::Reported => (Given::Reported, whole.clone()),
    }
}

/// `whole` is where a missing key is reported.
fn required(
    reader: &mut Reader,
    whole: &Span,
    key: &str,
    value: Option<&Value>,
) -> Option<(String, Span)> {
    match optional(reader, key, value) {
        Given::Value(text) => Some(text),
        Given::Reported => None,
        Given::Nothing => {
            let (span, message) = match value {
                Some(value) => (&value.span, format!("`{key}` must be set, but is empty")),
                None => (whole, format!("`{key}` must be set")),
            };
            let help = match key {
                "artifact" => "the artifact's name in Atlas: \"artifact\": \"hashicorp/foobar\"",
                _ => "what kind of artifact it is: \"artifact_type\": \"aws.ami\" for an AMI",
            };
            let code = Code::MissingField;
            reader.report.error_with_help(code, span, message, help);
            None
        }
    }
}

fn slug(text: &str, span: &Span, report: &mut Report) -> Option<Slug> {
    let error = match Slug::parse(text) {
        Ok(slug) => return Some(slug),
        Err(error) => error,
    };
    let message = format!("malformed slug: {error}");
    let help = "an artifact is named as in hashicorp/foobar: user or organization, slash, name";
    report.error_with_help(Code::MalformedSlug, span, message, help);
    None
}

fn kind(text: &str, span: &Span, report: &mut Report) -> Option<ArtifactType> {
    let error = match ArtifactType::parse(text) {
        Ok(kind) => return Some(kind),
        Err(error) => error,
    };
    let message = format!("the artifact type {error}");
    let help = "types are words and dots, such as aws.ami, vagrant.box, vmware.image";
    report.error_with_help(Code::MalformedType, span, message, help);
    None
}

#[cfg(test)]
mod tests;
