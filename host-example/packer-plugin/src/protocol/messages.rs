//! The arguments and results of the calls, named as in Packer's SDK.

use rmpv::Value;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// An error that is part of a result.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BasicError {
    /// Its text.
    pub message: String,
}

/// What `ConfigSpec` returns: which arguments an HCL2 block of this kind has.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ConfigSpecResponse {
    /// Coded as [`config_spec`](super::config_spec) says.
    pub config_spec: ByteBuf,
}

/// What `PostProcessor.Configure` and `Builder.Prepare` are given.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Configs {
    /// Maps; or bytes, which are a value of HCL2 in JSON.
    pub configs: Vec<Value>,
}

/// What `PostProcessor.PostProcess` returns.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PostProcessResponse {
    /// Why it failed.
    pub err: Option<BasicError>,
    /// Whether the artifact that it was given is to be kept, unless the template says otherwise.
    pub keep: bool,
    /// Whether to keep it whatever the template says.
    pub force_override: bool,
    /// The stream on which the new artifact is served; 0 if there is none.
    pub stream_id: u32,
}

/// What `Ui.NewTrackProgress` is given.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TrackProgress {
    /// What is moved.
    pub src: String,
    /// Its bytes.
    pub total_size: u64,
    /// Bytes that have been moved before.
    pub current_size: u64,
}
