//! The beginning: where the plugin listens, and Packer's one connection.

use std::io;

use go_plugin::{Connection, Host, Listener, ignore_signals};

/// The program that starts the plugin.
pub const PACKER: Host = Host {
    name: "Packer",
    magic_cookie: "PACKER_PLUGIN_MAGIC_COOKIE",
    ports: ["PACKER_PLUGIN_MIN_PORT", "PACKER_PLUGIN_MAX_PORT"],
    socket_prefix: "packer-plugin",
};

/// The protocol's version, which decides how the address is printed. What follows is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// Packer up to 1.4: `4|unix|PATH`.
    V4,
    /// Packer 1.5 and 1.6: `5|unix|PATH`.
    V5,
    /// Packer 1.7 and later: `5|0|unix|PATH`.
    V5Minor,
}

/// Listens, prints where, and waits for Packer. Afterwards nobody else can connect.
pub async fn connect(version: Version) -> io::Result<Box<dyn Connection>> {
    ignore_signals()?;
    let listener = Listener::bind(&PACKER).await?;
    let before = match version {
        Version::V4 => "4|",
        Version::V5 => "5|",
        Version::V5Minor => "5|0|",
    };
    listener.announce(before, "")?;
    listener.first().await
}
