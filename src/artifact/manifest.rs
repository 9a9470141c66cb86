//! The file that Packer's `manifest` post-processor writes, `packer-manifest.json` (Packer 1.2.5,
//! post-processor/manifest).

use serde::Deserialize;

use super::{Artifact, VAGRANT_BUILDER_ID, amazon};
use crate::diagnostic::{Code, Diagnostic};
use crate::json;

/// The whole file: a build is added to it with each run.
#[derive(Deserialize)]
struct Manifest {
    builds: Vec<Build>,
    last_run_uuid: String,
}

/// What one build of one run made.
#[derive(Deserialize)]
struct Build {
    name: String,
    builder_type: String,
    artifact_id: String,
    files: Option<Vec<File>>,
    packer_run_uuid: String,
}

#[derive(Deserialize)]
struct File {
    name: String,
}

/// Reads what the newest build of that name in the last run made.
///
/// # Errors
/// The text is no manifest, or has no such build.
pub fn from_manifest(text: &str, build_name: &str) -> Result<Artifact, Vec<Diagnostic>> {
    json::parse(text, None).map_err(|finding| vec![finding])?;
    let manifest: Manifest = serde_json::from_str(text).map_err(|error| {
        let message = format!("this is not a manifest of Packer's: {error}");
        let help = "give the file that Packer's `manifest` post-processor writes";
        vec![Diagnostic::error(Code::WrongType, message).help(help)]
    })?;
    let last_run = &manifest.last_run_uuid;
    let in_last_run = |b: &&Build| &b.packer_run_uuid == last_run;
    // Builds are added at the end: the newest is the last.
    let mut newest_first = manifest.builds.iter().rev().filter(in_last_run);
    let Some(build) = newest_first.find(|b| b.name == build_name) else {
        return Err(vec![no_such_build(&manifest, build_name)]);
    };
    let files: Vec<String> = build
        .files
        .iter()
        .flatten()
        .map(|f| f.name.clone())
        .collect();
    let builder_id = builder_id(build, &files);
    let metadata = amazon::makes_amis(&builder_id)
        .then(|| amazon::metadata(&build.artifact_id))
        .flatten();
    Ok(Artifact {
        builder_id,
        id: build.artifact_id.clone(),
        files,
        metadata,
        artifact_type: None,
    })
}

/// A manifest holds the builder's type, not the artifact's builder id. Only those that matter are
/// told: Amazon's, and a Vagrant box (one file `….box`, of which the id is the provider).
fn builder_id(build: &Build, files: &[String]) -> String {
    match files {
        [file] if file.ends_with(".box") => VAGRANT_BUILDER_ID.into(),
        _ => match amazon::builder_id(&build.builder_type) {
            Some(known) => known.into(),
            None => build.builder_type.clone(),
        },
    }
}

fn no_such_build(manifest: &Manifest, build_name: &str) -> Diagnostic {
    let last_run = manifest
        .builds
        .iter()
        .filter(|b| b.packer_run_uuid == manifest.last_run_uuid);
    let mut names: Vec<_> = last_run.map(|b| format!("`{}`", b.name)).collect();
    names.sort();
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
