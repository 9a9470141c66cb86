//! The file that Packer's `manifest` post-processor writes, `packer-manifest.json` (Packer 1.2.5,
//! post-processor/manifest).

use super::{Artifact, VAGRANT_BUILDER_ID, amazon};
use crate::diagnostic::{Code, Diagnostic};
use crate::json::{self, Report, Value};

/// What one build of one run made.
struct Build<'d> {
    name: &'d str,
    builder_type: &'d str,
    artifact_id: &'d str,
    files: Vec<String>,
    run: &'d str,
}

/// Reads what the newest build of that name in the last run made.
///
/// # Errors
/// The text is no manifest, or has no such build.
pub fn from_manifest(text: &str, build_name: &str) -> Result<Artifact, Vec<Diagnostic>> {
    let document = json::parse(text, None).map_err(|finding| vec![finding])?;
    let mut report = Report::new(&document);
    let root = document.root();
    let builds = root.get("builds").and_then(Value::as_list);
    let last_run = root.get("last_run_uuid").and_then(Value::as_str);
    let (Some(builds), Some(last_run)) = (builds, last_run) else {
        let message = "this is not a manifest of Packer's: it has no `builds` and `last_run_uuid`";
        let help = "give the file that Packer's `manifest` post-processor writes";
        let start = root.span.start..root.span.start + 1;
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
    // Builds are added at the end: the newest is the last.
    let newest = in_last_run.iter().rev().find(|b| b.name == build_name);
    if newest.is_none() {
        report.add(&root.span, no_such_build(&in_last_run, build_name));
    }
    match newest {
        Some(build) if !report.has_errors() => Ok(artifact(build)),
        _ => Err(report.finish()),
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
        builder_type: text("builder_type")?,
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
        [file] if file.ends_with(".box") => VAGRANT_BUILDER_ID,
        _ => amazon::builder_id(build.builder_type).unwrap_or(build.builder_type),
    }
}

fn no_such_build(in_last_run: &[Build], build_name: &str) -> Diagnostic {
    let mut names: Vec<_> = in_last_run
        .iter()
        .map(|b| format!("`{}`", b.name))
        .collect();
    names.sort_unstable();
    names.dedup();
    let message = format!("the manifest's last run has no build `{build_name}`");
    let help = match names.as_slice() {
        [] => "it has none at all: run packer build with the `manifest` post-processor".into(),
        _ => format!("it has {}: choose one", names.join(", ")),
    };
    Diagnostic::error(Code::NoSuchBuild, message).help(help)
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
            build("vm", "amazon-ebs", "us-east-1:ami-1", "null", "r2"),
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
        let artifact = from_manifest(&text, "vm").unwrap();
        assert_eq!(artifact.id, "us-east-1:ami-2");
        assert_eq!(artifact.builder_id, "mitchellh.amazonebs");
        assert_eq!(artifact.metadata.unwrap()["region.us-east-1"], "ami-2");
        let other = from_manifest(&text, "other").unwrap();
        assert_eq!((other.files, other.metadata), (vec!["out/a".into()], None));
        let missing = from_manifest(&text, "old").unwrap_err();
        assert_eq!(missing[0].code, Code::NoSuchBuild);
        assert_eq!(
            missing[0].help.as_deref(),
            Some("it has `other`, `vm`: choose one")
        );
    }

    #[test]
    fn a_box_knows_its_provider() {
        let files = r#"[{"name": "packer_vm_virtualbox.box", "size": 3}]"#;
        let text = manifest(&[build("vm", "virtualbox-iso", "virtualbox", files, "r2")]);
        let artifact = from_manifest(&text, "vm").unwrap();
        assert_eq!(artifact.vagrant_provider(), Some("virtualbox"));
    }

    #[test]
    fn other_files_are_refused() {
        for text in ["", "[]", "{}", r#"{"builds": 1, "last_run_uuid": ""}"#] {
            assert_eq!(from_manifest(text, "vm").unwrap_err().len(), 1, "{text}");
        }
        let empty = from_manifest(&manifest(&[]), "vm").unwrap_err();
        assert_eq!(empty[0].code, Code::NoSuchBuild);
    }
}
