//! The artifact that Packer hands over.

use rmpv::Value;

use super::client::{CallError, Client};

/// An artifact that is served by Packer.
pub struct RemoteArtifact {
    client: Client,
}

impl RemoteArtifact {
    /// The artifact that is served on that stream.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// What made it, such as `mitchellh.amazonebs`.
    pub async fn builder_id(&self) -> Result<String, CallError> {
        self.client.call("Artifact.BuilderId", &()).await
    }

    /// What it goes by, such as `us-east-1:ami-0abc123`.
    pub async fn id(&self) -> Result<String, CallError> {
        self.client.call("Artifact.Id", &()).await
    }

    /// Paths of its files, perhaps relative to Packer's working directory.
    pub async fn files(&self) -> Result<Vec<String>, CallError> {
        let files: Option<_> = self.client.call("Artifact.Files", &()).await?;
        Ok(files.unwrap_or_default())
    }

    /// What it says of itself under that name; nil if nothing.
    pub async fn state(&self, name: &str) -> Result<Value, CallError> {
        self.client.call("Artifact.State", &name).await
    }
}
