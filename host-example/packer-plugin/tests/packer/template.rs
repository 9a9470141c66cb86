//! JSON templates.

use std::fs;

use serde_json::{Value, json};

use super::support::atlas::{Atlas, TOKEN};
use super::workshop::{Ended, Workshop};

/// The post-processor of the documentation, word for word.
const DOCUMENTED: &str = r#"{
    "variables": {"atlas_token": "ATLAS_TOKEN_HERE"},
    "builders": [{"type": "null", "communicator": "none"}],
    "post-processors": [
      {
        "type": "atlas",
        "token": "{{user `atlas_token`}}",
        "artifact": "hashicorp/foobar",
        "artifact_type": "aws.ami",
        "metadata": {
          "created_at": "{{timestamp}}"
        }
      }
    ]
}"#;

/// Builds `template.json` for an Atlas.
fn build(workshop: &Workshop, atlas: &Atlas, options: &[&str]) -> Ended {
    let token = format!("atlas_token={TOKEN}");
    let mut packer = workshop.packer(&["build", "-color=false", "-var", &token]);
    packer.args(options).arg("template.json");
    packer.env("ATLAS_ADDRESS", atlas.url());
    let ended = workshop.run(packer);
    assert!(!ended.output.contains(TOKEN), "{}", ended.output);
    ended
}

fn succeed(ended: &Ended) {
    assert_eq!(ended.status, Some(0), "{}", ended.output);
}

/// A block that publishes `hashicorp/` and this name.
fn block(name: &str) -> Value {
    json!({
        "type": "atlas",
        "token": "{{user `atlas_token`}}",
        "artifact": format!("hashicorp/{name}"),
        "artifact_type": "custom.image",
    })
}

fn write(workshop: &Workshop, builders: &Value, post_processors: &Value) {
    let template = json!({
        "variables": {"atlas_token": ""},
        "builders": builders,
        "post-processors": post_processors,
    });
    workshop.write("template.json", template.to_string().as_bytes());
}

/// It runs as it is; its version is found by a search, with its metadata.
pub fn documented_template() {
    let (atlas, workshop) = (Atlas::start(), Workshop::new());
    workshop.write("template.json", DOCUMENTED.as_bytes());
    let ended = build(&workshop, &atlas, &[]);
    succeed(&ended);
    let last = "--> null: hashicorp/foobar/aws.ami (v1)";
    assert!(ended.output.contains(last), "{}", ended.output);
    let versions = atlas.versions("hashicorp/foobar/aws.ami");
    assert_eq!(versions.len(), 1);
    let created = versions[0]["metadata"]["created_at"].as_str().unwrap();
    assert!(created.parse::<u64>().unwrap() > 1_500_000_000);
    assert_eq!(workshop.left_behind(), [""; 0]);
}

/// A file with a relative path, of Packer's builder `file`, is published as it is and stays where it
/// was.
pub fn files_come_back() {
    let (atlas, workshop) = (Atlas::start(), Workshop::new());
    let content = [b"\x1f\x8b\x08\0\0\0\0\0\0\x03".as_slice(), &[7; 5000]].concat();
    workshop.write("source.gz", &content);
    let builders = json!([{"type": "file", "source": "source.gz", "target": "made.gz"}]);
    write(&workshop, &builders, &json!([block("foobar")]));
    succeed(&build(&workshop, &atlas, &[]));
    assert_eq!(atlas.file("hashicorp/foobar/custom.image/1"), content);
    assert_eq!(fs::read(workshop.root().join("made.gz")).unwrap(), content);
}

/// `-only`, and `only` in the template.
pub fn only_what_is_asked_for() {
    let (atlas, workshop) = (Atlas::start(), Workshop::new());
    let builder = |name: &str| json!({"type": "null", "name": name, "communicator": "none"});
    let mut restricted = block("b-only");
    restricted["only"] = json!(["b"]);
    write(
        &workshop,
        &json!([builder("a"), builder("b")]),
        &json!([block("{{build_name}}"), restricted]),
    );
    succeed(&build(&workshop, &atlas, &["-only=a"]));
    let published = |name: &str| {
        let artifact = format!("hashicorp/{name}/custom.image");
        atlas.versions(&artifact).len()
    };
    assert_eq!(["a", "b", "b-only"].map(published), [1, 0, 0]);
    succeed(&build(&workshop, &atlas, &["-only=b"]));
    assert_eq!(["a", "b", "b-only"].map(published), [1, 1, 1]);
}

/// Every build has a plugin process of its own.
pub fn three_builds_at_once() {
    let (atlas, workshop) = (Atlas::start(), Workshop::new());
    let builds = ["a", "b", "c"];
    let builders = builds.map(|name| {
        json!({"type": "file", "name": name, "content": name, "target": format!("{name}.img")})
    });
    write(
        &workshop,
        &json!(builders),
        &json!([block("{{build_name}}")]),
    );
    succeed(&build(&workshop, &atlas, &[]));
    for name in builds {
        let archive = atlas.file(&format!("hashicorp/{name}/custom.image/1"));
        assert_eq!(only_member(&archive), (format!("{name}.img"), name.into()));
    }
}

/// The name and content of the only member of a tar.gz.
fn only_member(archive: &[u8]) -> (String, String) {
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(archive));
    let mut members = tar.entries().unwrap().map(|member| {
        let mut member = member.unwrap();
        let name = member.path().unwrap().to_string_lossy().into_owned();
        (name, std::io::read_to_string(&mut member).unwrap())
    });
    let member = members.next().unwrap();
    assert!(members.next().is_none());
    member
}

/// Packer hands the artifact from one post-processor to the next; `manifest` hands on what it got,
/// and writes down what was published.
pub fn sequence_after_manifest() {
    let (atlas, workshop) = (Atlas::start(), Workshop::new());
    let builders = json!([{"type": "file", "content": "x", "target": "x.img"}]);
    let manifest = |output: &str| json!({"type": "manifest", "output": output});
    let sequence = json!([[
        manifest("before.json"),
        block("foobar"),
        manifest("after.json"),
    ]]);
    write(&workshop, &builders, &sequence);
    succeed(&build(&workshop, &atlas, &[]));
    let archive = atlas.file("hashicorp/foobar/custom.image/1");
    assert_eq!(only_member(&archive), ("x.img".into(), "x".into()));
    let listed = |name: &str| -> Value {
        let text = fs::read(workshop.root().join(name)).unwrap();
        let manifest: Value = serde_json::from_slice(&text).unwrap();
        manifest["builds"][0]["artifact_id"].clone()
    };
    assert_eq!(listed("before.json"), "File");
    assert_eq!(listed("after.json"), "hashicorp/foobar/custom.image/1");
    assert!(workshop.root().join("x.img").exists());
}

/// `packer validate` shows all that is wrong, and sends nothing.
pub fn validate() {
    let workshop = Workshop::new();
    let validate = |template: &str| {
        workshop.write("template.json", template.as_bytes());
        workshop.run(workshop.packer(&["validate", "template.json"]))
    };
    succeed(&validate(DOCUMENTED));
    let bad = DOCUMENTED
        .replace("\"artifact\"", "\"artefact\"")
        .replace("\"{{timestamp}}\"", "[1]");
    let ended = validate(&bad);
    assert_eq!(ended.status, Some(1), "{}", ended.output);
    for text in [
        "3 errors in the post-processor `atlas`",
        "error[missing-field]: `artifact` must be set",
        "error[unknown-key]: unknown configuration key: `artefact`",
        "help: did you mean `artifact`?",
        "at /metadata/created_at",
    ] {
        assert!(ended.output.contains(text), "{text}: {}", ended.output);
    }
}
