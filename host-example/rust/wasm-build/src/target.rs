//! The targets, and Rust's standard library for them.

use std::path::PathBuf;
use std::process::Command;

use crate::environment::variable_or;
use crate::{Error, run};

/// What is built for.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    /// A machine without a system: the component calls WASI itself, and has nothing of it that it does not call.
    Bare,
    /// WASI, by Rust's standard library.
    Wasi,
}

impl Target {
    /// Its name for the compiler.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bare => "wasm32-unknown-unknown",
            Self::Wasi => "wasm32-wasip2",
        }
    }

    /// Sees to it that Rust's standard library for the target is there.
    pub fn install(self) -> Result<(), Error> {
        let target = self.name();
        let rustc = variable_or("RUSTC", "rustc");
        let printed = Command::new(&rustc).args(["--print", "sysroot"]).output();
        let printed = printed.map_err(|source| Error::Program {
            program: rustc.to_string_lossy().into_owned(),
            source,
        })?;
        let sysroot = PathBuf::from(String::from_utf8_lossy(&printed.stdout).trim_end());
        if sysroot.join("lib/rustlib").join(target).is_dir() {
            return Ok(());
        }
        let mut rustup = Command::new("rustup");
        rustup.args(["target", "add", target]);
        let said = match run(&mut rustup, "rustup".as_ref()) {
            Ok(status) if status.success() => return Ok(()),
            Ok(status) => format!(
                "the component needs Rust's target {target}, and `rustup target add {target}` failed ({status})"
            ),
            Err(error) => format!(
                "the component needs Rust's target {target}, which is not in {}: install it, with rustup \
                 (https://rustup.rs) by `rustup target add {target}`, or as your system packages Rust's \
                 standard library for it ({error})",
                sysroot.display()
            ),
        };
        Err(Error::Target(said))
    }
}
