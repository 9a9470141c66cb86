//! The messages of Terraform's plugin protocol 5, with the numbers that its documented `tfplugin5.proto`
//! gives their fields: those that a provider with data sources and without functions needs.

use prost::{Enumeration, Message, Oneof};

/// A value of Terraform's, in one of two encodings.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct DynamicValue {
    /// In MessagePack; empty if it is in JSON.
    #[prost(bytes = "vec", tag = "1")]
    pub msgpack: Vec<u8>,
    /// In JSON.
    #[prost(bytes = "vec", tag = "2")]
    pub json: Vec<u8>,
}

/// What Terraform tells people.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Diagnostic {
    /// Whether it stands in the way.
    #[prost(enumeration = "Severity", tag = "1")]
    pub severity: i32,
    /// What it is, in a line.
    #[prost(string, tag = "2")]
    pub summary: String,
    /// All there is to say.
    #[prost(string, tag = "3")]
    pub detail: String,
    /// What it is about, in the block that is checked.
    #[prost(message, optional, tag = "4")]
    pub attribute: Option<AttributePath>,
}

/// Whether a diagnostic stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Enumeration)]
#[repr(i32)]
pub enum Severity {
    /// Nothing.
    Invalid = 0,
    /// It does.
    Error = 1,
    /// It does not.
    Warning = 2,
}

/// Where a value is.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct AttributePath {
    /// From the block to the value.
    #[prost(message, repeated, tag = "1")]
    pub steps: Vec<Step>,
}

/// A step into a value.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Step {
    /// Into what.
    #[prost(oneof = "Selector", tags = "1, 2")]
    pub selector: Option<Selector>,
}

/// What a step goes into.
#[derive(Clone, PartialEq, Eq, Oneof)]
pub enum Selector {
    /// An attribute of a block.
    #[prost(string, tag = "1")]
    AttributeName(String),
    /// An element of a map.
    #[prost(string, tag = "2")]
    ElementKeyString(String),
}

/// What a resource's state was written as.
#[derive(Clone, PartialEq, Message)]
pub struct RawState {
    /// By Terraform 0.12 and later.
    #[prost(bytes = "vec", tag = "1")]
    pub json: Vec<u8>,
    /// By Terraform before.
    #[prost(map = "string, string", tag = "2")]
    pub flatmap: std::collections::HashMap<String, String>,
}

/// `GetSchema` and `Stop` ask for nothing in particular.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct Empty {}

/// The answer to `Stop`.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct StopResponse {
    /// Why it does not stop; empty.
    #[prost(string, tag = "1")]
    pub error: String,
}

/// `PrepareProviderConfig`.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct PrepareRequest {
    /// The provider's block.
    #[prost(message, optional, tag = "1")]
    pub config: Option<DynamicValue>,
}

/// Its answer.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct PrepareResponse {
    /// The same, perhaps with defaults.
    #[prost(message, optional, tag = "1")]
    pub prepared_config: Option<DynamicValue>,
    /// What is wrong.
    #[prost(message, repeated, tag = "2")]
    pub diagnostics: Vec<Diagnostic>,
}

/// `Configure`.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct ConfigureRequest {
    /// Terraform's version.
    #[prost(string, tag = "1")]
    pub terraform_version: String,
    /// The provider's block.
    #[prost(message, optional, tag = "2")]
    pub config: Option<DynamicValue>,
}

/// The answer of `Configure`, `ValidateResourceTypeConfig` and `ValidateDataSourceConfig`.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Checked {
    /// What is wrong.
    #[prost(message, repeated, tag = "1")]
    pub diagnostics: Vec<Diagnostic>,
}

/// `ValidateResourceTypeConfig`, `ValidateDataSourceConfig` and `ReadDataSource`.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct BlockRequest {
    /// Which resource or data source.
    #[prost(string, tag = "1")]
    pub type_name: String,
    /// Its block.
    #[prost(message, optional, tag = "2")]
    pub config: Option<DynamicValue>,
}

/// The answer of `ReadDataSource`, `ReadResource` and `UpgradeResourceState`.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct StateResponse {
    /// What is known of it now.
    #[prost(message, optional, tag = "1")]
    pub state: Option<DynamicValue>,
    /// What is wrong.
    #[prost(message, repeated, tag = "2")]
    pub diagnostics: Vec<Diagnostic>,
}

/// `UpgradeResourceState`.
#[derive(Clone, PartialEq, Message)]
pub struct UpgradeRequest {
    /// Which resource.
    #[prost(string, tag = "1")]
    pub type_name: String,
    /// Its state, as it was kept.
    #[prost(message, optional, tag = "3")]
    pub raw_state: Option<RawState>,
}

/// `ReadResource`.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct ReadRequest {
    /// Which resource.
    #[prost(string, tag = "1")]
    pub type_name: String,
    /// What was known of it.
    #[prost(message, optional, tag = "2")]
    pub current_state: Option<DynamicValue>,
}

/// `PlanResourceChange` and `ApplyResourceChange`.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct ChangeRequest {
    /// Which resource.
    #[prost(string, tag = "1")]
    pub type_name: String,
    /// What it is.
    #[prost(message, optional, tag = "2")]
    pub prior_state: Option<DynamicValue>,
    /// What it is to become: null, if it is to go.
    #[prost(message, optional, tag = "3")]
    pub wanted_state: Option<DynamicValue>,
}

/// The answer of `PlanResourceChange`.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct PlanResponse {
    /// What it will be.
    #[prost(message, optional, tag = "1")]
    pub planned_state: Option<DynamicValue>,
    /// What is wrong.
    #[prost(message, repeated, tag = "4")]
    pub diagnostics: Vec<Diagnostic>,
}

/// The answer of `ApplyResourceChange`.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct ApplyResponse {
    /// What it is now.
    #[prost(message, optional, tag = "1")]
    pub new_state: Option<DynamicValue>,
    /// What is wrong.
    #[prost(message, repeated, tag = "3")]
    pub diagnostics: Vec<Diagnostic>,
}

/// `ImportResourceState`.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct ImportRequest {
    /// Which resource.
    #[prost(string, tag = "1")]
    pub type_name: String,
}

/// Its answer: nothing is imported.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct ImportResponse {
    /// What is wrong.
    #[prost(message, repeated, tag = "2")]
    pub diagnostics: Vec<Diagnostic>,
}
