//! What works.

use serde_json::json;

use super::atlas::Atlas;
use super::fixture::Fixture;
use super::program::Terraform;
use super::workshop::Workshop;

/// The documented example.
const EXAMPLE: &str = include_str!("../../example/main.tf");

const WEB: &str = "hashicorp/web/aws.ami";

fn publish(atlas: &Atlas, id: &str, os: &str) {
    atlas.publish(
        WEB,
        &json!({"id": id, "metadata": {"os": os, "image.id": id}}),
    );
}

/// It gives the image of a region; after a new version the plan is another.
pub fn documented(terraform: &Terraform) {
    let (atlas, workshop) = (Atlas::start(), Workshop::new(terraform));
    publish(&atlas, "eu-west-1:ami-2,us-east-1:ami-1", "ubuntu");
    publish(&atlas, "us-east-1:ami-9", "other");
    workshop.write("main.tf", EXAMPLE);
    workshop.init(&atlas);
    let first = json!({"ami": "ami-1", "os": "ubuntu", "version": "1"});
    assert_eq!(workshop.apply(&atlas), first);
    let plan = ["plan", "-detailed-exitcode", "-input=false", "-no-color"];
    let ended = workshop.run(&atlas, &plan);
    assert_eq!(ended.status, Some(0), "{}", ended.output);
    publish(&atlas, "us-east-1:ami-3", "ubuntu");
    // Terraform 0.12 shows no changes of outputs.
    if terraform.version > 12 {
        let ended = workshop.run(&atlas, &plan);
        assert_eq!(ended.status, Some(2), "{}", ended.output);
        let change = "\"ami-1\" -> \"ami-3\"";
        assert!(ended.output.contains(change), "{}", ended.output);
    }
    let second = json!({"ami": "ami-3", "os": "ubuntu", "version": "3"});
    assert_eq!(workshop.apply(&atlas), second);
}

/// A channel, and what a configuration of Terraform 0.11 reads.
pub fn channels(terraform: &Terraform) {
    let (atlas, workshop) = (Atlas::start(), Workshop::new(terraform));
    publish(&atlas, "us-east-1:ami-1", "ubuntu");
    publish(&atlas, "us-east-1:ami-2", "ubuntu");
    let channel = json!({"channel": {"version": 1}});
    atlas.put(
        "/artifacts/hashicorp/web/aws.ami/channels/production",
        &channel,
    );
    workshop.write(
        "main.tf",
        r#"
        variable "atlas_address" {}
        provider "atlas" {
          address = "${var.atlas_address}"
        }
        data "atlas_artifact" "production" {
          name    = "hashicorp/web"
          type    = "aws.ami"
          channel = "production"
        }
        data "atlas_artifact" "latest" {
          name          = "hashicorp/web"
          type          = "aws.ami"
          metadata_keys = ["os"]
        }
        output "production" {
          value = "${data.atlas_artifact.production.metadata_full["image-id"]}"
        }
        output "latest" {
          value = "${data.atlas_artifact.latest.id}"
        }
        output "slug" {
          value = "${data.atlas_artifact.latest.slug}"
        }
        "#,
    );
    workshop.init(&atlas);
    let wanted = json!({"production": "us-east-1:ami-1", "latest": "us-east-1:ami-2", "slug": "hashicorp/web/aws.ami/2"});
    assert_eq!(workshop.apply(&atlas), wanted);
}

/// Without a version, a mirror and `init`.
pub fn dev_overrides(terraform: &Terraform) {
    // They came with Terraform 0.14.
    if terraform.version < 14 {
        return;
    }
    let (atlas, workshop) = (Atlas::start(), Workshop::with_override(terraform));
    publish(&atlas, "us-east-1:ami-1", "ubuntu");
    workshop.write("main.tf", EXAMPLE);
    assert_eq!(workshop.apply(&atlas)["ami"], "ami-1");
}
