//! What people are told when something is wrong.

use serde_json::json;

use super::atlas::Atlas;
use super::fixture::Fixture;
use super::program::Terraform;
use super::workshop::Workshop;

/// A data source with this in it.
fn data(more: &str) -> String {
    format!(
        "variable \"atlas_address\" {{}}\n\nprovider \"atlas\" {{\n  address = var.atlas_address\n}}\n\n\
         data \"atlas_artifact\" \"web\" {{\n  name = \"hashicorp/web\"\n  type = \"aws.ami\"\n{more}\n}}\n\n\
         output \"version\" {{\n  value = data.atlas_artifact.web.version_real\n}}\n"
    )
}

fn with_versions() -> Atlas {
    let atlas = Atlas::start();
    for id in ["us-east-1:ami-1", "us-east-1:ami-2"] {
        atlas.publish(
            "hashicorp/web/aws.ami",
            &json!({"id": id, "metadata": {"os": "ubuntu"}}),
        );
    }
    atlas
}

/// What was looked for, and what there is; a revoked version is not among it, but for its number.
pub fn not_there(terraform: &Terraform) {
    let (atlas, workshop) = (with_versions(), Workshop::new(terraform));
    workshop.write("main.tf", &data("  metadata = {\n    os = \"plan9\"\n  }"));
    workshop.init(&atlas);
    let told = "the latest version of hashicorp/web/aws.ami with os=plan9 is not there; the newest version is \
                hashicorp/web/aws.ami/2 with";
    workshop.plan_fails(&atlas, &[told]);
    let revocation = json!({"revocation": {"reason": "CVE-1"}});
    for version in [1, 2] {
        let path = format!("/artifacts/hashicorp/web/aws.ami/{version}/revocation");
        atlas.put(&path, &revocation);
    }
    workshop.write("main.tf", &data(""));
    let told = "the latest version of hashicorp/web/aws.ami is not there; there is no version of";
    workshop.plan_fails(&atlas, &[told]);
    workshop.write("main.tf", &data("  version = 2"));
    let ended = workshop.run(&atlas, &["plan", "-input=false", "-no-color"]);
    assert_eq!(ended.status, Some(0), "{}", ended.output);
    let told = "hashicorp/web/aws.ami/2 is revoked";
    assert!(ended.output.contains(told), "{}", ended.output);
}

/// A wrong token, and nobody there.
pub fn not_allowed(terraform: &Terraform) {
    let (atlas, workshop) = (with_versions(), Workshop::new(terraform));
    workshop.write("main.tf", &data(""));
    workshop.init(&atlas);
    let arguments = ["plan", "-input=false", "-no-color"];
    let mut command = workshop.command(&arguments);
    command.env("TF_VAR_atlas_address", atlas.url());
    command.env("ATLAS_TOKEN", "wrong.secret");
    let ended = workshop.end(command);
    workshop.failed(&ended, &["authentication failed"]);
    assert!(!ended.output.contains("wrong.secret"), "{}", ended.output);
    let mut command = workshop.command(&arguments);
    // Port 1 of this machine is nobody's.
    command.env("TF_VAR_atlas_address", "http://127.0.0.1:1");
    let ended = workshop.end(command);
    workshop.failed(
        &ended,
        &[
            "hashicorp/web/aws.ami could not be read from Atlas",
            "the connection was refused",
        ],
    );
}

/// Each is told with the line of its attribute.
pub fn wrong_configuration(terraform: &Terraform) {
    let (atlas, workshop) = (with_versions(), Workshop::new(terraform));
    workshop.write("main.tf", &data("  build = \"newest\""));
    workshop.init(&atlas);
    let validate = || workshop.run(&atlas, &["validate", "-no-color"]);
    let line = "build = \"newest\"";
    workshop.failed(
        &validate(),
        &["`newest` is not a build", "on main.tf line 10", line],
    );
    workshop.write(
        "main.tf",
        &data("  version = \"1\"\n  channel = \"production\""),
    );
    let line = "channel = \"production\"";
    workshop.failed(
        &validate(),
        &["say the same in two ways", "on main.tf line 11", line],
    );
    let mut command = workshop.command(&["plan", "-input=false", "-no-color"]);
    workshop.write("main.tf", &data(""));
    command.env("TF_VAR_atlas_address", "ftp://atlas.example.com");
    let told = "the address of Atlas can't be used";
    let ended = workshop.end(command);
    workshop.failed(&ended, &[told]);
    // The older ones come in builds that pass over what is told of the provider's block, and so tell it
    // where the data source is read.
    if terraform.version >= 100 {
        let line = "address = var.atlas_address";
        workshop.failed(&ended, &["on main.tf line 4", line]);
    }
}

/// Whoever has the resource of yesterday is told what to write.
pub fn old_resource(terraform: &Terraform) {
    let (atlas, workshop) = (with_versions(), Workshop::new(terraform));
    let text = data("").replace("data \"atlas_artifact\"", "resource \"atlas_artifact\"");
    workshop.write("main.tf", &text.replace("data.atlas", "atlas"));
    workshop.init(&atlas);
    let told = "Write `data \"atlas_artifact\"` in place of `resource \"atlas_artifact\"`";
    workshop.plan_fails(
        &atlas,
        &["The resource `atlas_artifact` is now a data source", told],
    );
}
