//! Terraform's provider `atlas`: Terraform's protocol on one side, the component on the other.
//!
//! - [`protocol`]: what any provider needs. [`calls`]: which call is what.
//! - [`provider`]: the answers. [`schemas`]: what can stand in a configuration. [`configuration`] is the
//!   provider's own block, [`data_source`] that of an artifact, [`retired_resource`] what once was.
//! - [`fetching`]: a search by the component. [`diagnostics`]: what people are told.

pub mod calls;
pub mod configuration;
pub mod data_source;
pub mod diagnostics;
pub mod fetching;
pub mod protocol;
pub mod provider;
pub mod retired_resource;
pub mod schemas;

/// The program that starts the provider. OpenTofu does as Terraform does.
pub const TERRAFORM: go_plugin::Host = go_plugin::Host {
    name: "Terraform",
    magic_cookie: "TF_PLUGIN_MAGIC_COOKIE",
    ports: ["PLUGIN_MIN_PORT", "PLUGIN_MAX_PORT"],
    socket_prefix: "plugin",
};
