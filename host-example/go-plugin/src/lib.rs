//! How a program that HashiCorp wrote in Go starts a plugin, whatever the two then say to each other.
//!
//! Such a program, the host, starts the plugin with a cookie in its environment and waits for a line on
//! its standard output that says where the plugin listens (github.com/hashicorp/go-plugin). What the
//! plugin writes to its standard error goes into the host's log.
//!
//! - [`Host`]: which program it is, and whether it has started this process
//! - [`Listener`]: where the plugin listens; it [announces](Listener::announce) itself
//! - [`ignore_signals`]: ctrl-c is the host's to handle
//! - [`log`]: a line in the host's log

mod host;
mod listener;
mod log;
mod signals;

pub use host::{Host, MAGIC_COOKIE_VALUE};
pub use listener::{Connection, Listener, PATIENCE};
pub use log::log;
pub use signals::ignore_signals;
