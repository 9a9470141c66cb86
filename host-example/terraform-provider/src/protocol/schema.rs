//! The messages that tell Terraform which blocks there are, and what they hold.

use std::collections::HashMap;

use prost::Message;

use super::messages::Diagnostic;

/// The answer of `GetSchema`.
#[derive(Clone, PartialEq, Message)]
pub struct Schemas {
    /// The provider's own block.
    #[prost(message, optional, tag = "1")]
    pub provider: Option<Schema>,
    /// By type.
    #[prost(map = "string, message", tag = "2")]
    pub resources: HashMap<String, Schema>,
    /// By type.
    #[prost(map = "string, message", tag = "3")]
    pub data_sources: HashMap<String, Schema>,
    /// What is wrong.
    #[prost(message, repeated, tag = "4")]
    pub diagnostics: Vec<Diagnostic>,
}

/// What a block holds, in some version of it.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Schema {
    /// Counts the changes that states in files must follow.
    #[prost(int64, tag = "1")]
    pub version: i64,
    /// The block.
    #[prost(message, optional, tag = "2")]
    pub block: Option<Block>,
}

/// A block.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Block {
    /// The schema's version again.
    #[prost(int64, tag = "1")]
    pub version: i64,
    /// What stands in it.
    #[prost(message, repeated, tag = "2")]
    pub attributes: Vec<Attribute>,
    /// What it is for.
    #[prost(string, tag = "4")]
    pub description: String,
    /// Whether it should not be used any more.
    #[prost(bool, tag = "6")]
    pub deprecated: bool,
}

/// An attribute of a block.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Attribute {
    /// Its name.
    #[prost(string, tag = "1")]
    pub name: String,
    /// Its type, in JSON.
    #[prost(bytes = "vec", tag = "2")]
    pub type_json: Vec<u8>,
    /// What it is for.
    #[prost(string, tag = "3")]
    pub description: String,
    /// It must be given.
    #[prost(bool, tag = "4")]
    pub required: bool,
    /// It may be given.
    #[prost(bool, tag = "5")]
    pub optional: bool,
    /// The provider tells it.
    #[prost(bool, tag = "6")]
    pub computed: bool,
    /// It is not shown.
    #[prost(bool, tag = "7")]
    pub sensitive: bool,
}
