//! Packer's plugin protocol, as Packer's own SDK for plugins speaks it.
//!
//! A plugin is a process that listens on a socket and prints where ([`handshake`]). Packer connects
//! once. The connection carries streams, which either side opens by number ([`mux`]). On a stream one
//! side serves calls ([`server`]) that the other makes ([`client`]): Go's `net/rpc`, written in
//! MessagePack ([`codec`]).
//!
//! Nothing here is about Atlas: a builder can be served as well.

pub mod client;
pub mod codec;
pub mod config_spec;
pub mod handshake;
pub mod messages;
pub mod mux;
pub mod remote_artifact;
pub mod server;
pub mod ui;
