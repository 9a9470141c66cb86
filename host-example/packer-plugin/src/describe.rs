//! `packer-plugin-atlas describe`: what Packer asks a plugin before it uses or installs it.

use serde::Serialize;

use crate::invocation::DEFAULT_NAME;

/// The release of Packer's SDK whose protocol this is.
const SDK_VERSION: &str = "0.6.10";

/// What a plugin has.
#[derive(Debug, Serialize)]
pub struct Description {
    /// The plugin's own version; Packer compares it with the name of the file.
    version: &'static str,
    sdk_version: &'static str,
    api_version: &'static str,
    builders: [&'static str; 0],
    post_processors: [&'static str; 1],
    provisioners: [&'static str; 0],
    datasources: [&'static str; 0],
    /// That it can do with Protocol Buffers.
    protocol_version: &'static str,
}

/// What this plugin has: one post-processor, which goes by the plugin's name.
pub fn description() -> Description {
    Description {
        version: env!("CARGO_PKG_VERSION"),
        sdk_version: SDK_VERSION,
        api_version: "x5.0",
        builders: [],
        post_processors: [DEFAULT_NAME],
        provisioners: [],
        datasources: [],
        protocol_version: "v2",
    }
}
