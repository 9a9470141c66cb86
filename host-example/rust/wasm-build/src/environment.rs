//! What of the environment a build for WebAssembly may see.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// Whether a variable of the environment is about the host's build: its flags, and the wrappers of
/// clippy and coverage tools, are not the component's. How cargo reaches its registry stays.
pub fn is_of_this_build(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else {
        return false;
    };
    let kept = matches!(name, "CARGO" | "CARGO_HOME" | "CARGO_MAKEFLAGS")
        || ["CARGO_HTTP_", "CARGO_NET_", "CARGO_REGISTR"]
            .iter()
            .any(|prefix| name.starts_with(prefix));
    let of_a_build = ["CARGO", "RUSTC", "RUSTFLAGS", "RUSTDOC"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
        || matches!(name, "TARGET" | "HOST" | "OUT_DIR");
    of_a_build && !kept
}

/// Where cargo keeps the sources of dependencies.
pub fn cargo_home() -> Option<PathBuf> {
    let named = env::var_os("CARGO_HOME").map(PathBuf::from);
    named.or_else(|| Some(env::home_dir()?.join(".cargo")))
}

/// A program that cargo names to what it runs, or else the one of the path.
pub fn variable_or(name: &str, program: &str) -> OsString {
    env::var_os(name).unwrap_or_else(|| program.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_the_host_are_not_the_components() {
        for name in [
            "RUSTFLAGS",
            "CARGO_ENCODED_RUSTFLAGS",
            "RUSTC_WORKSPACE_WRAPPER",
            "OUT_DIR",
        ] {
            assert!(is_of_this_build(OsStr::new(name)), "{name}");
        }
        for name in [
            "CARGO_HOME",
            "CARGO_NET_OFFLINE",
            "CARGO_REGISTRIES_MIRROR_INDEX",
            "PATH",
        ] {
            assert!(!is_of_this_build(OsStr::new(name)), "{name}");
        }
    }
}
