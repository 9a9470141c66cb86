//! Large templates: ten times as much to read is ten times as much to do, and no more to say.

use super::*;
use crate::artifact::Artifact;
use crate::diagnostic::{Code, Severity};
use crate::publication::{Options, Publication};
use crate::work;

const GOOD: &str =
    r#"{"type": "atlas", "token": "t", "artifact": "a/b", "artifact_type": "aws.ami"}"#;
const BROKEN: &str = r#"{"type": "atlas", "tokne": "{{x", "artifact": "..", "token": "{{user", "#;

/// Builders and post-processors in a template, all on one line.
fn large(builders: &[String], post_processors: &[String]) -> String {
    let (builders, post_processors) = (builders.join(","), post_processors.join(","));
    format!(r#"{{"builders": [{builders}], "post-processors": [{post_processors}]}}"#)
}

fn builder(index: usize) -> String {
    format!(r#"{{"type": "a", "name": "name-{index}"}}"#)
}

fn publish(text: &str) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
    let selection = select_with(text, Some("name-0"), &[])?;
    let (options, platform) = (Options::default(), Fixed::default());
    let Selection {
        build,
        post_processors,
        ..
    } = selection;
    let artifact = Artifact::default();
    Publication::begin(&post_processors, &build, &artifact, options, &platform)
        .map(|publication| publication.warnings().to_vec())
}

/// What a template says, which is made of so many of something; ten times as many must not take
/// more than twelve times as long.
fn grows_linearly(template: impl Fn(usize) -> String) -> Vec<Diagnostic> {
    let (small, large) = (template(300), template(3000));
    let mut findings = Vec::new();
    let few = work::of(|| drop(publish(&small)));
    let many = work::of(|| findings = publish(&large).unwrap_or_else(|findings| findings));
    assert!(many <= 12 * few, "{few} → {many}");
    assert!(few > 1000, "the work is counted");
    findings
}

/// The first hundred, and how many more.
fn bounded(findings: &[Diagnostic], severity: Severity, more: usize) {
    assert_eq!(findings.len(), 101);
    let last = &findings[100];
    assert_eq!((last.code, last.severity), (Code::MoreFindings, severity));
    assert_eq!(last.message, format!("there are {more} more findings"));
}

fn times(n: usize, text: &str) -> Vec<String> {
    vec![text.to_owned(); n]
}

#[test]
fn post_processors() {
    assert!(grows_linearly(|n| large(&[builder(0)], &times(n, GOOD))).is_empty());
}

#[test]
fn post_processors_that_are_not_json_objects_of_a_type() {
    let findings = grows_linearly(|n| large(&[builder(0)], &times(n, "{}")));
    bounded(&findings, Severity::Error, 2900);
}

#[test]
fn configurations_with_several_faults() {
    let broken = format!(r#"{BROKEN} "token": 1}}"#);
    let findings = grows_linearly(|n| large(&[builder(0)], &times(n, &broken)));
    // Each has an unknown key, a malformed slug, no type and a key that is set twice.
    bounded(&findings, Severity::Error, 4 * 3000 - 100);
}

#[test]
fn post_processors_beside_what_makes_an_artifact() {
    let sequence = |n: usize| format!("[{}]", times(n, GOOD).join(","));
    grows_linearly(|n| large(&[builder(0)], &[sequence(n), "\"vagrant\"".into()]));
    grows_linearly(|n| {
        let mut sequences = times(n, GOOD);
        sequences.push("\"vagrant\"".into());
        large(&[builder(0)], &sequences)
    });
}

#[test]
fn builders_and_their_names() {
    let builders = |n: usize| (0..n).map(builder).collect::<Vec<_>>();
    let only = |n: usize| format!(r#"{{"type": "atlas", "only": ["name-{n}"]}}"#);
    grows_linearly(|n| large(&builders(n), &(0..n).map(only).collect::<Vec<_>>()));
    let misspelt = |n: usize| format!(r#"{{"type": "atlas", "only": ["nmae-{n}"]}}"#);
    let findings = publish(&large(
        &builders(3000),
        &(0..3000).map(misspelt).collect::<Vec<_>>(),
    ));
    bounded(&findings.unwrap_err(), Severity::Error, 2900);
    let text = large(&builders(3000), &[]);
    let help = select_with(&text, None, &[]).unwrap_err()[0].help.clone();
    assert!(help.unwrap().ends_with("`name-19` and 2980 more"));
    let twice = grows_linearly(|n| large(&times(n, &builder(0)), &[]));
    bounded(&twice, Severity::Error, 2899);
}

#[test]
fn keys_that_are_set_twice() {
    let twice = |n: usize| vec![r#"{"type": "b", "x": 1, "x": 2}"#.to_owned(); n];
    let findings = grows_linearly(|n| {
        let post_processors: Vec<_> = twice(n).into_iter().chain(times(n, GOOD)).collect();
        large(&[builder(0)], &post_processors)
    });
    assert!(findings.is_empty(), "warnings of the template");
    let text = large(&[builder(0)], &[twice(300), times(300, GOOD)].concat());
    let selection = select_with(&text, None, &[]).unwrap();
    bounded(&selection.warnings, Severity::Warning, 200);
}

#[test]
#[ignore = "a measurement: cargo test --release scale::ten_thousand -- --ignored --nocapture"]
fn ten_thousand() {
    for (name, one) in [
        ("good", GOOD.to_owned()),
        ("broken", format!(r#"{BROKEN} "token": 1}}"#)),
    ] {
        let text = large(&[builder(0)], &times(10_000, &one));
        let start = std::time::Instant::now();
        let findings = publish(&text).unwrap_or_else(|findings| findings);
        let bytes = format!("{findings:?}").len();
        println!(
            "{name}: {:?}, {} findings, {bytes} bytes",
            start.elapsed(),
            findings.len()
        );
    }
}
