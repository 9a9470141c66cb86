//! The target, and Rust's standard library for it.

use std::path::PathBuf;
use std::process::Command;

use crate::environment::variable_or;
use crate::{Error, run};

/// What is built for.
pub const WASM_TARGET: &str = "wasm32-wasip2";

/// Sees to it that Rust's standard library for the target is there.
pub fn install() -> Result<(), Error> {
    let rustc = variable_or("RUSTC", "rustc");
    let printed = Command::new(&rustc).args(["--print", "sysroot"]).output();
    let printed = printed.map_err(|source| Error::Program {
        program: rustc.to_string_lossy().into_owned(),
        source,
    })?;
    let sysroot = PathBuf::from(String::from_utf8_lossy(&printed.stdout).trim_end());
    if sysroot.join("lib/rustlib").join(WASM_TARGET).is_dir() {
        return Ok(());
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", WASM_TARGET]);
    let said = match run(&mut rustup, "rustup".as_ref()) {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) => format!(
            "the component needs Rust's target {WASM_TARGET}, and `rustup target add {WASM_TARGET}` failed ({status})"
        ),
        Err(error) => format!(
            "the component needs Rust's target {WASM_TARGET}, which is not in {}: install it, with rustup \
             (https://rustup.rs) by `rustup target add {WASM_TARGET}`, or as your system packages Rust's \
             standard library for it ({error})",
            sysroot.display()
        ),
    };
    Err(Error::Target(said))
}
