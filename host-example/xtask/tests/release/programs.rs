//! Programs of others.

use std::env;
use std::ffi::OsString;
use std::process::{Command, Stdio};

/// Whether a program is installed; the reason why something is not tested if not.
pub fn is_installed(program: &str) -> bool {
    let mut command = Command::new(program);
    let started = command
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if started.is_err() {
        let told = format!("{program} is not installed: what needs it is not tested");
        assert!(env::var_os("CI").is_none(), "{told}");
        eprintln!("{told}");
    }
    started.is_ok()
}

/// The directories with programs, but for those with Rust's.
pub fn path_without_rust() -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let has_rust = |directory: &std::path::PathBuf| {
        ["cargo", "rustc", "rustup"]
            .iter()
            .any(|program| directory.join(program).exists())
    };
    env::join_paths(env::split_paths(&path).filter(|directory| !has_rust(directory))).unwrap()
}
