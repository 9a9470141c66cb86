//! Templates in HCL2.

use super::support::atlas::{Atlas, TOKEN};
use super::workshop::Workshop;

/// The documented template, in HCL2.
const DOCUMENTED: &str = r#"
variable "atlas_token" {
  type      = string
  sensitive = true
}

source "null" "example" {
  communicator = "none"
}

build {
  sources = ["source.null.example"]

  post-processor "atlas" {
    token         = var.atlas_token
    artifact      = "hashicorp/foobar"
    artifact_type = "aws.ami"
    metadata = {
      created_at = "{{timestamp}}"
      build      = "{{build_name}}"
      number     = 5
    }
  }
}
"#;

/// It runs; the values come through Packer's own decoding, with the specification in gob.
pub fn documented_template() {
    let (atlas, workshop) = (Atlas::start(), Workshop::new());
    workshop.write("template.pkr.hcl", DOCUMENTED.as_bytes());
    let token = format!("atlas_token={TOKEN}");
    let mut packer =
        workshop.packer(&["build", "-color=false", "-var", &token, "template.pkr.hcl"]);
    packer.env("ATLAS_ADDRESS", atlas.url());
    let ended = workshop.run(packer);
    assert_eq!(ended.status, Some(0), "{}", ended.output);
    assert!(!ended.output.contains(TOKEN));
    assert!(ended.output.contains("hashicorp/foobar/aws.ami (v1)"));
    let versions = atlas.versions("hashicorp/foobar/aws.ami");
    let metadata = &versions[0]["metadata"];
    assert_eq!(
        (&metadata["build"], &metadata["number"]),
        (&"example".into(), &"5".into())
    );
    assert_ne!(metadata["created_at"], "{{timestamp}}");
}

/// `packer validate` shows our diagnostics beside the place of the block. An argument that is not
/// there is Packer's own finding, from the specification.
pub fn validate() {
    let workshop = Workshop::new();
    let validate = |template: &str| {
        workshop.write("template.pkr.hcl", template.as_bytes());
        workshop.run(workshop.packer(&[
            "validate",
            "-var",
            "atlas_token=s3cr3t",
            "template.pkr.hcl",
        ]))
    };
    let ended = validate(DOCUMENTED);
    assert_eq!(ended.status, Some(0), "{}", ended.output);

    let bad = DOCUMENTED
        .replace("hashicorp/foobar", "foobar")
        .replace("    artifact_type = \"aws.ami\"\n", "");
    let ended = validate(&bad);
    assert_eq!(ended.status, Some(1), "{}", ended.output);
    for text in [
        "template.pkr.hcl line 14",
        "2 errors in the post-processor `atlas`",
        "error[missing-field]: `artifact_type` must be set",
        "error[malformed-slug]: malformed slug: `foobar`",
    ] {
        assert!(ended.output.contains(text), "{text}: {}", ended.output);
    }

    let ended = validate(&DOCUMENTED.replace("artifact_type", "artefact_type"));
    assert_eq!(ended.status, Some(1), "{}", ended.output);
    let text = "Did you mean \"artifact_type\"?";
    assert!(ended.output.contains(text), "{}", ended.output);
}
