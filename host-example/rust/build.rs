//! Builds the component and compiles it ahead of time, so that the host starts in milliseconds.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[path = "build/metadata.rs"]
mod metadata;

use metadata::Metadata;

const WASM_TARGET: &str = "wasm32-wasip2";

/// The package that is the component: the root of the workspace.
const PACKAGE: &str = "atlas-post-processor";

fn main() -> Result<(), Box<dyn Error>> {
    let root = fs::canonicalize(
        Path::new(&variable("CARGO_MANIFEST_DIR")?)
            .join("..")
            .join(".."),
    )?;
    let out = PathBuf::from(variable("OUT_DIR")?);
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=build");
    for part in ["src", "wit", "Cargo.toml", "Cargo.lock"] {
        println!("cargo:rerun-if-changed={}", root.join(part).display());
    }

    install_target()?;
    // Beside all that Cargo builds: with other features of this package, it is not built again.
    let shared = out.ancestors().nth(3).unwrap_or(&out);
    let built = build_component(&root, &shared.join("component"))?;
    let wasm = fs::read(&built).map_err(|e| format!("{}: {e}", built.display()))?;
    let wasm = describe(&root)?.put_into(&wasm)?;

    // Naming the target keeps to what every machine of that kind can run, not just this one.
    let precompiled = atlas_engine::precompile(&wasm, &variable_text("TARGET")?)?;

    fs::write(out.join("atlas_post_processor.wasm"), wasm)?;
    fs::write(out.join("atlas_post_processor.cwasm"), precompiled)?;
    Ok(())
}

/// Sees to it that Rust's standard library for the component's target is there.
fn install_target() -> Result<(), Box<dyn Error>> {
    let rustc = variable("RUSTC")?;
    let printed = Command::new(&rustc).args(["--print", "sysroot"]).output()?;
    let sysroot = PathBuf::from(String::from_utf8(printed.stdout)?.trim_end());
    if sysroot.join("lib/rustlib").join(WASM_TARGET).is_dir() {
        return Ok(());
    }
    let rustup = Command::new("rustup")
        .args(["target", "add", WASM_TARGET])
        .status();
    match rustup {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!(
            "the component needs Rust's target {WASM_TARGET}, and `rustup target add {WASM_TARGET}` failed ({status})"
        )
        .into()),
        Err(error) => Err(format!(
            "the component needs Rust's target {WASM_TARGET}, which is not in {}: install it, with \
             rustup (https://rustup.rs) by `rustup target add {WASM_TARGET}`, or as your system packages \
             Rust's standard library for it (running rustup: {error})",
            sysroot.display()
        )
        .into()),
    }
}

/// Builds the workspace's root package for the component's target.
fn build_component(root: &Path, target_dir: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let mut cargo = cargo(root, "rustc")?;
    cargo
        // As a library for Rust too it would not be optimised as a whole.
        .args(["--package", PACKAGE, "--lib", "--crate-type", "cdylib"])
        .args(["--target", WASM_TARGET, "--profile", "component"])
        .arg("--target-dir")
        .arg(target_dir)
        // Addresses and indexes in the code are as short as they can be: the linker pads them else.
        .args(["--", "-Clink-arg=--compress-relocations"]);
    // The component is the same wherever it is built, and says nothing about that place.
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
    let mut flags = format!("--remap-path-prefix={}=.", root.display());
    if let Some(home) = home {
        flags += &format!("\u{1f}--remap-path-prefix={}=cargo", home.display());
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags);
    let status = cargo.status()?;
    if !status.success() {
        return Err(format!("building the component failed ({status})").into());
    }
    Ok(target_dir
        .join(WASM_TARGET)
        .join("component")
        .join("atlas_post_processor.wasm"))
}

/// What the manifest of the component's package says about it.
fn describe(root: &Path) -> Result<Metadata, Box<dyn Error>> {
    let printed = cargo(root, "metadata")?
        .args(["--no-deps", "--format-version", "1"])
        .output()?;
    if !printed.status.success() {
        let said = String::from_utf8_lossy(&printed.stderr);
        return Err(format!("`cargo metadata` failed ({}): {said}", printed.status).into());
    }
    Metadata::of_package(PACKAGE, &printed.stdout)
}

/// Cargo on the workspace, without what the environment says about the host's build.
fn cargo(root: &Path, command: &str) -> Result<Command, Box<dyn Error>> {
    let mut cargo = Command::new(variable("CARGO")?);
    cargo
        .current_dir(root)
        .arg(command)
        .arg("--manifest-path")
        .arg(root.join("Cargo.toml"));
    for name in env::vars_os()
        .map(|(name, _)| name)
        .filter(is_of_this_build)
    {
        cargo.env_remove(name);
    }
    Ok(cargo)
}

/// Whether a variable of the environment is about the host's build: its flags, and the wrappers of
/// clippy and coverage tools, are not the component's. How cargo reaches its registry stays.
fn is_of_this_build(name: &OsString) -> bool {
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

fn variable(name: &str) -> Result<OsString, String> {
    env::var_os(name).ok_or_else(|| format!("cargo sets no {name}"))
}

fn variable_text(name: &str) -> Result<String, Box<dyn Error>> {
    Ok(env::var(name).map_err(|e| format!("{name}: {e}"))?)
}
