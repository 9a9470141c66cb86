//! Builds what this workspace has for WebAssembly: the component, and the command around it.
//!
//! The build script of `atlas-host` and the release make the component with this, so that it is one and
//! the same: its bytes do not depend on the directory, on the machine's home, or on flags that are meant
//! for the host's own build.

mod environment;
mod target;

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use environment::{cargo_home, is_of_this_build, variable_or};
pub use target::WASM_TARGET;

/// Why there is no WebAssembly.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A program can't be started.
    #[error("{program} can't be run: {source}")]
    Program {
        /// Its name.
        program: String,
        /// What the system says.
        source: io::Error,
    },
    /// The compiler lacks the standard library of the target.
    #[error("{0}")]
    Target(String),
    /// Cargo has said why, on stderr.
    #[error("building {package} for WebAssembly failed ({status})")]
    Failed {
        /// What was built.
        package: String,
        /// How cargo ended.
        status: ExitStatus,
    },
    /// What cargo built can't be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// Where it should be.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Builds the component, the root package of `workspace`, below `target_dir`.
pub fn component(workspace: &Path, target_dir: &Path) -> Result<Vec<u8>, Error> {
    let of = ["--package", "atlas-post-processor", "--lib"];
    build(workspace, target_dir, &of, "atlas_post_processor.wasm")
}

/// Builds the command `atlas-host` for WASI, which imports what the component exports.
pub fn command(workspace: &Path, target_dir: &Path) -> Result<Vec<u8>, Error> {
    let of = ["--package", "atlas-host-cli", "--bin", "atlas-host"];
    build(workspace, target_dir, &of, "atlas-host.wasm")
}

fn build(workspace: &Path, target_dir: &Path, of: &[&str], file: &str) -> Result<Vec<u8>, Error> {
    target::install()?;
    let cargo = variable_or("CARGO", "cargo");
    let mut command = Command::new(&cargo);
    command
        .current_dir(workspace)
        .arg("build")
        .args(of)
        .args(["--target", WASM_TARGET, "--profile", "component"])
        .arg("--manifest-path")
        .arg(workspace.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(target_dir);
    for (name, _) in std::env::vars_os().filter(|(name, _)| is_of_this_build(name)) {
        command.env_remove(name);
    }
    command.env("CARGO_ENCODED_RUSTFLAGS", without_places(workspace));
    let status = run(&mut command, &cargo)?;
    if !status.success() {
        let package = of.get(1).map_or_else(String::new, ToString::to_string);
        return Err(Error::Failed { package, status });
    }
    let path = target_dir.join(WASM_TARGET).join("component").join(file);
    fs::read(&path).map_err(|source| Error::Unreadable { path, source })
}

/// Flags of the compiler (separated as cargo wants them) that keep this machine's paths out of what it makes.
pub fn without_places(workspace: &Path) -> OsString {
    let mut flags = OsString::from("--remap-path-prefix=");
    flags.push(workspace);
    flags.push("=.");
    if let Some(home) = cargo_home() {
        flags.push("\u{1f}--remap-path-prefix=");
        flags.push(home);
        flags.push("=cargo");
    }
    flags
}

fn run(command: &mut Command, program: &std::ffi::OsStr) -> Result<ExitStatus, Error> {
    command.status().map_err(|source| Error::Program {
        program: program.to_string_lossy().into_owned(),
        source,
    })
}
