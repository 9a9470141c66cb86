# The image that `packer build template.json` published, for whatever runs it.

provider "atlas" {
  # The token is in ATLAS_TOKEN.
  address = var.atlas_address
}

variable "atlas_address" {
  default = "http://127.0.0.1:8080"
}

variable "region" {
  default = "us-east-1"
}

data "atlas_artifact" "web" {
  name = "hashicorp/web"
  type = "aws.ami"

  # The newest version that has this metadata. Without a version it is the newest of all, with
  # `channel = "production"` the one that was released.
  version = "any"
  metadata = {
    os = "ubuntu"
  }
}

# resource "aws_instance" "web" {
#   ami           = data.atlas_artifact.web.amis[var.region]
#   instance_type = "t3.micro"
# }

output "ami" {
  value = data.atlas_artifact.web.amis[var.region]
}

output "version" {
  value = data.atlas_artifact.web.version_real
}

output "os" {
  value = data.atlas_artifact.web.metadata_full["os"]
}
