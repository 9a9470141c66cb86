//! The file that Packer's `manifest` post-processor writes, `packer-manifest.json` (Packer 1.2.5,
//! post-processor/manifest).

use super::{Artifact, amazon, vagrant};
use crate::diagnostic::{Code, Diagnostic, Problem, Source, quoted_list};
use crate::json::{self, Report, Value};
use crate::order;

/// What one build of one run made.
struct Build<'d> {
    name: &'d str,
    builder_type: &'d str,
    artifact_id: &'d str,
    files: Vec<String>,
    run: &'d str,
}

/// Reads what the build of that name and builder type made in the last run. An empty name or type is
/// any. Of several entries the newest counts: each comes from a later step of the build, such as the
/// box that `vagrant` made of it. But where two steps of a build can't have made them, that is
/// not known: of two machine images one is another build's, since HCL2 writes the source's name.
///
/// # Errors
/// The text is not a manifest, or has no such build, or several.
pub fn from_manifest(
    text: &str,
    build_name: &str,
    builder_type: &str,
) -> Result<Artifact, Vec<Diagnostic>> {
    let document = json::parse(text, Source::Artifact, None).map_err(|finding| vec![finding])?;
    let mut report = Report::new(&document);
    let root = document.root();
    let builds = root.get("builds").and_then(Value::as_list);
    let last_run = root.get("last_run_uuid").and_then(Value::as_str);
    let start = root.span.start..root.span.start + 1;
    let (Some(builds), Some(last_run)) = (builds, last_run) else {
        let message = "this is not a manifest of Packer's: it has no `builds` and `last_run_uuid`";
        let help = "give the file that Packer's `manifest` post-processor writes";
        report.error_with_help(Code::WrongType, &start, message, help);
        return Err(report.finish());
    };
    let mut in_last_run = Vec::new();
    for value in builds {
        match read(value) {
            Some(build) if build.run == last_run => in_last_run.push(build),
            Some(_) => {}
            None => {
                let message = "a build in a manifest has the strings `name`, `builder_type`, \
                               `artifact_id` and `packer_run_uuid`, and perhaps `files`";
                report.error(Code::WrongType, &value.span, message);
            }
        }
    }
    let is_meant = |wanted: &str, actual: &str| wanted.is_empty() || wanted == actual;
    let meant = in_last_run
        .iter()
        .filter(|b| is_meant(build_name, b.name) && is_meant(builder_type, b.builder_type));
    let meant: Vec<_> = meant.collect();
    // Builds are added at the end: the newest is the last.
    match meant.last() {
        None => report.add(
            &start,
            no_such_build(&in_last_run, build_name, builder_type),
        ),
        Some(newest) if meant.iter().any(|b| newest.is_other_build(b)) => {
            report.add(&start, ambiguous(&meant));
        }
        Some(newest) if !report.has_errors() => return Ok(artifact(newest)),
        Some(_) => {}
    }
    Err(report.finish())
}

impl Build<'_> {
    /// Whether no step of one and the same build can have made both.
    fn is_other_build(&self, other: &Self) -> bool {
        let same_build = self.name == other.name && self.builder_type == other.builder_type;
        let both_images = self.files.is_empty() && other.files.is_empty();
        !same_build || (both_images && self.artifact_id != other.artifact_id)
    }
}

fn read(build: &Value) -> Option<Build<'_>> {
    let text = |key| build.get(key).and_then(Value::as_str);
    let files = match build.get("files") {
        None => Some(Vec::new()),
        Some(value) if value.is_null() => Some(Vec::new()),
        Some(value) => {
            let name = |file: &Value| Some(file.get("name")?.as_str()?.to_owned());
            value.as_list()?.iter().map(name).collect()
        }
    };
    Some(Build {
        name: text("name")?,
        builder_type: text("builder_type").filter(|kind| !kind.is_empty())?,
        artifact_id: text("artifact_id")?,
        files: files?,
        run: text("packer_run_uuid")?,
    })
}

fn artifact(build: &Build) -> Artifact {
    let builder_id = builder_id(build);
    let metadata = amazon::makes_amis(builder_id)
        .then(|| amazon::metadata(build.artifact_id))
        .flatten();
    Artifact {
        builder_id: builder_id.into(),
        id: build.artifact_id.into(),
        files: build.files.clone(),
        metadata,
        artifact_type: None,
    }
}

/// A manifest holds the builder's type, not the artifact's builder id. Only those that matter are
/// told: Amazon's, and a Vagrant box (one file `….box`, of which the id is the provider).
fn builder_id<'d>(build: &Build<'d>) -> &'d str {
    match build.files.as_slice() {
        [file] if file.ends_with(".box") => vagrant::BUILDER_ID,
        _ => amazon::builder_id(build.builder_type).unwrap_or(build.builder_type),
    }
}

fn no_such_build(in_last_run: &[Build], build_name: &str, builder_type: &str) -> Problem {
    let mut names: Vec<_> = in_last_run
        .iter()
        .map(|b| format!("{} ({})", b.name, b.builder_type))
        .collect();
    order::sort(&mut names);
    names.dedup();
    let message =
        format!("the manifest's last run has no build `{build_name}` of the type `{builder_type}`");
    Problem::error(Code::NoSuchBuild, message).help(match names.as_slice() {
        [] => "it has none at all: run packer build with the `manifest` post-processor".into(),
        _ => format!("it has {}: choose one", quoted_list(&names)),
    })
}

fn ambiguous(meant: &[&Build]) -> Problem {
    let candidates = meant
        .iter()
        .map(|b| format!("{} ({}): {}", b.name, b.builder_type, b.artifact_id));
    let candidates: Vec<_> = candidates.collect();
    let message = "several artifacts in the manifest's last run could be the one that is meant";
    Problem::error(Code::AmbiguousArtifact, message).help(format!(
        "they are {}; let one build a run write to this manifest, or describe the artifact in a record",
        quoted_list(&candidates)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(name: &str, kind: &str, id: &str, files: &str, run: &str) -> String {
        format!(
            r#"{{"name": "{name}", "builder_type": "{kind}", "build_time": 1, "files": {files},
                "artifact_id": "{id}", "packer_run_uuid": "{run}", "custom_data": {{}}}}"#
        )
    }

    fn manifest(builds: &[String]) -> String {
        let builds = builds.join(",");
        format!(r#"{{"builds": [{builds}], "last_run_uuid": "r2"}}"#)
    }

    #[test]
    fn the_newest_build_of_the_last_run() {
        let text = manifest(&[
            build("vm", "amazon-ebs", "us-east-1:ami-9", "null", "r1"),
            build("vm", "amazon-ebs", "us-east-1:ami-2", "null", "r2"),
            build("vm", "amazon-ebs", "us-east-1:ami-2", "null", "r2"),
            build(
                "other",
                "file",
                "File",
                r#"[{"name": "out/a", "size": 3}]"#,
                "r2",
            ),
            build("old", "file", "File", "null", "r1"),
        ]);
        let artifact = from_manifest(&text, "vm", "amazon-ebs").unwrap();
        assert_eq!(artifact.id, "us-east-1:ami-2");
        assert_eq!(artifact.builder_id, "mitchellh.amazonebs");
        assert_eq!(artifact.metadata.unwrap()["region.us-east-1"], "ami-2");
        let other = from_manifest(&text, "other", "file").unwrap();
        assert_eq!((other.files, other.metadata), (vec!["out/a".into()], None));
        let missing = from_manifest(&text, "old", "file").unwrap_err();
        assert_eq!(missing[0].code, Code::NoSuchBuild);
        assert_eq!(
            missing[0].help.as_deref(),
            Some("it has `other (file)`, `vm (amazon-ebs)`: choose one")
        );
    }

    #[test]
    fn the_type_counts() {
        let text = manifest(&[
            build("base", "googlecompute", "img-1", "null", "r2"),
            build("base", "azure-arm", "/subscriptions/0/x", "[]", "r2"),
        ]);
        let meant = |kind| from_manifest(&text, "base", kind);
        assert_eq!(meant("googlecompute").unwrap().id, "img-1");
        assert_eq!(meant("azure-arm").unwrap().id, "/subscriptions/0/x");
        let missing = meant("amazon-ebs").unwrap_err();
        assert_eq!(missing[0].code, Code::NoSuchBuild);
        assert!(
            missing[0]
                .message
                .contains("`base` of the type `amazon-ebs`")
        );
        let help = "it has `base (azure-arm)`, `base (googlecompute)`: choose one";
        assert_eq!(missing[0].help.as_deref(), Some(help));
        let any = meant("").unwrap_err();
        assert_eq!(any[0].code, Code::AmbiguousArtifact);
    }

    #[test]
    fn a_later_step_is_the_newest_and_two_images_are_ambiguous() {
        let files = r#"[{"name": "vm.box", "size": 3}]"#;
        let image = |id| build("vm", "amazon-ebs", id, "null", "r2");
        let vagrant = build("vm", "amazon-ebs", "aws", files, "r2");
        let text = manifest(&[image("us-east-1:ami-1"), vagrant]);
        assert_eq!(from_manifest(&text, "vm", "amazon-ebs").unwrap().id, "aws");
        let text = manifest(&[image("us-east-1:ami-1"), image("us-east-1:ami-2")]);
        let findings = from_manifest(&text, "vm", "amazon-ebs").unwrap_err();
        assert_eq!(findings[0].code, Code::AmbiguousArtifact);
        let help = findings[0].help.as_deref().unwrap();
        for id in ["us-east-1:ami-1", "us-east-1:ami-2"] {
            assert!(help.contains(&format!("`vm (amazon-ebs): {id}`")), "{help}");
        }
    }

    #[test]
    fn a_box_knows_its_provider() {
        let files = r#"[{"name": "packer_vm_virtualbox.box", "size": 3}]"#;
        let text = manifest(&[build("vm", "virtualbox-iso", "virtualbox", files, "r2")]);
        let artifact = from_manifest(&text, "vm", "virtualbox-iso").unwrap();
        assert_eq!(
            vagrant::provider(None, Some(&artifact), None),
            Ok("virtualbox")
        );
    }

    #[test]
    fn other_files_are_refused() {
        for text in ["", "[]", "{}", r#"{"builds": 1, "last_run_uuid": ""}"#] {
            assert_eq!(
                from_manifest(text, "vm", "file").unwrap_err().len(),
                1,
                "{text}"
            );
        }
        let empty = from_manifest(&manifest(&[]), "vm", "file").unwrap_err();
        assert_eq!(empty[0].code, Code::NoSuchBuild);
        let by_nobody = manifest(&[build("vm", "", "x", "null", "r2")]);
        let findings = from_manifest(&by_nobody, "vm", "").unwrap_err();
        assert!(findings.iter().any(|f| f.code == Code::WrongType));
    }
}
