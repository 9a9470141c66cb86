//! Builds what this workspace has for WebAssembly: the component, and the command around it.
//!
//! The build script of `atlas-host` and the release make the component with this, so that it is one and
//! the same: its bytes do not depend on the directory, on the machine's home, or on flags that are meant
//! for the host's own build.

mod environment;
mod metadata;
mod target;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use environment::{cargo_home, is_of_this_build, variable_or};
use metadata::Metadata;
pub use target::Target;

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
    /// What was built can't be described.
    #[error("the component gets no metadata: {0}")]
    Undescribed(String),
    /// What cargo built can't be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// Where it should be.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// The package that is the component: the root of the workspace.
const COMPONENT: &str = "atlas-post-processor";

/// What makes WebAssembly smaller, and not slower.
const SMALLER: [&str; 2] = [
    // Addresses and indexes in the code are as short as they can be: the linker pads them else.
    "-Clink-arg=--compress-relocations",
    // A pointer for each thing that a loop goes through is good for machines with registers.
    "-Cllvm-args=-disable-lsr",
];

/// Builds the component, the root package of `workspace`, below `target_dir`, and lets it say what it is.
pub fn component(workspace: &Path, target_dir: &Path) -> Result<Vec<u8>, Error> {
    // As a library for Rust too it would not be optimised as a whole.
    let of = ["--package", COMPONENT, "--lib", "--crate-type", "cdylib"];
    let file = "atlas_post_processor.wasm";
    let built = build(workspace, target_dir, Target::Bare, &of, file)?;
    let described = describe(workspace)?.put_into(&built);
    described.map_err(Error::Undescribed)
}

/// Builds the command `atlas-host` for WASI, which imports what the component exports.
pub fn command(workspace: &Path, target_dir: &Path) -> Result<Vec<u8>, Error> {
    let of = [
        "--package",
        "atlas-host-cli",
        "--bin",
        "atlas-host",
        "--no-default-features",
    ];
    build(workspace, target_dir, Target::Wasi, &of, "atlas-host.wasm")
}

fn build(
    workspace: &Path,
    target_dir: &Path,
    target: Target,
    of: &[&str],
    file: &str,
) -> Result<Vec<u8>, Error> {
    target.install()?;
    let (mut command, cargo) = cargo(workspace, "rustc");
    command
        .args(of)
        .args(["--target", target.name(), "--profile", "component"])
        .arg("--target-dir")
        .arg(target_dir)
        .args(["--", "-Clinker=wasm-component-ld"])
        .args(SMALLER)
        .env("CARGO_ENCODED_RUSTFLAGS", without_places(workspace));
    let status = run(&mut command, &cargo)?;
    if !status.success() {
        let package = of.get(1).map_or_else(String::new, ToString::to_string);
        return Err(Error::Failed { package, status });
    }
    let path = target_dir.join(target.name()).join("component").join(file);
    fs::read(&path).map_err(|source| Error::Unreadable { path, source })
}

/// What the manifest of the component's package says about it.
fn describe(workspace: &Path) -> Result<Metadata, Error> {
    let (mut command, cargo) = cargo(workspace, "metadata");
    command.args(["--no-deps", "--format-version", "1"]);
    let printed = command.output().map_err(not_run(&cargo))?;
    if !printed.status.success() {
        let said = String::from_utf8_lossy(&printed.stderr).into_owned();
        return Err(Error::Undescribed(said));
    }
    Metadata::of_package(COMPONENT, &printed.stdout).map_err(Error::Undescribed)
}

/// Cargo on the workspace, without what the environment says about the host's build; and its name.
fn cargo(workspace: &Path, does: &str) -> (Command, OsString) {
    let cargo = variable_or("CARGO", "cargo");
    let mut command = Command::new(&cargo);
    command
        .current_dir(workspace)
        .arg(does)
        .arg("--manifest-path")
        .arg(workspace.join("Cargo.toml"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| is_of_this_build(name)) {
        command.env_remove(name);
    }
    (command, cargo)
}

/// Flags of the compiler (separated as cargo wants them) that keep this machine's paths out of what it makes.
pub fn without_places(workspace: &Path) -> OsString {
    let mut flags = OsString::from("--remap-path-prefix=");
    flags.push(workspace);
    flags.push("=.");
    if let Some(home) = cargo_home() {
        // The last that fits is taken. What stands between the two is different by registry, and long.
        let registries = fs::read_dir(home.join("registry").join("src"));
        let registries = registries.into_iter().flatten().flatten();
        let places = [(home, "=cargo")]
            .into_iter()
            .chain(registries.map(|entry| (entry.path(), "=crate")));
        for (place, name) in places {
            flags.push("\u{1f}--remap-path-prefix=");
            flags.push(place);
            flags.push(name);
        }
    }
    flags
}

fn run(command: &mut Command, program: &OsStr) -> Result<ExitStatus, Error> {
    command.status().map_err(not_run(program))
}

fn not_run(program: &OsStr) -> impl FnOnce(io::Error) -> Error {
    let program = program.to_string_lossy().into_owned();
    move |source| Error::Program { program, source }
}
