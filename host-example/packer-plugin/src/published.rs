//! What the post-processor makes: the version in Atlas, as an artifact of Packer's.

use atlas_host::Receipt;
use rmpv::Value;

use crate::protocol::server::{Reply, Service, no_method};

/// What published artifacts say they were made by.
const BUILDER_ID: &str = "packer.post-processor.atlas";

/// A published version.
pub struct Published {
    receipt: Receipt,
}

impl Published {
    /// The version that Atlas has given this receipt for.
    pub fn new(receipt: Receipt) -> Self {
        Self { receipt }
    }

    /// For people.
    fn description(&self) -> String {
        let Receipt {
            tag,
            artifact_type,
            version,
            ..
        } = &self.receipt;
        format!("{tag}/{artifact_type} (v{version})")
    }
}

impl Service for Published {
    async fn call(&self, method: &str, _: Value) -> Reply {
        match method {
            "Artifact.BuilderId" => Ok(BUILDER_ID.into()),
            "Artifact.Id" => Ok(self.receipt.slug.as_str().into()),
            "Artifact.String" => Ok(self.description().into()),
            "Artifact.Files" => Ok(Value::Array(Vec::new())),
            "Artifact.State" => Ok(Value::Nil),
            // What is published stays, also where a later post-processor does not keep its input.
            "Artifact.Destroy" => Ok(Value::Nil),
            _ => no_method(method),
        }
    }
}
