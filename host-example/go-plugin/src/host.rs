//! The program that starts the plugin.

use std::env;

/// What the cookie is for Packer as well as for Terraform.
pub const MAGIC_COOKIE_VALUE: &str =
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// A program that starts plugins.
#[derive(Debug, Clone, Copy)]
pub struct Host {
    /// What people call it.
    pub name: &'static str,
    /// The variable that tells a plugin that this program has started it.
    pub magic_cookie: &'static str,
    /// The variables with the least and the greatest port that the plugin may listen on, where there
    /// are no sockets.
    pub ports: [&'static str; 2],
    /// What the names of the plugin's sockets begin with.
    pub socket_prefix: &'static str,
}

impl Host {
    /// Whether it was this program that started this process. The cookie is no secret: it keeps people
    /// from starting a plugin by hand.
    pub fn has_started_us(&self) -> bool {
        env::var_os(self.magic_cookie).is_some_and(|cookie| cookie == MAGIC_COOKIE_VALUE)
    }

    /// What somebody is told who has started it by hand.
    pub fn refusal(&self, what_to_do: &str) -> String {
        format!(
            "This is a plugin for {}, which starts it by itself: {what_to_do}",
            self.name
        )
    }
}
