//! What the component may see: what the runtime lets this program see.

use std::path::PathBuf;

/// In a composed program it is the runtime that says what the component may see and use, and nothing
/// is to be chosen here.
#[derive(Debug, Clone, Default)]
pub struct Sandbox;

impl Sandbox {
    /// That of the runtime.
    pub fn new() -> Self {
        Self
    }

    /// The environment is the runtime's.
    pub fn own_environment(self, _: &[String]) -> Self {
        self
    }

    /// The directories are the runtime's.
    pub fn directory(self, _: impl Into<PathBuf>) -> Self {
        self
    }

    /// The same: it has nothing of its own.
    pub(crate) fn without_environment(&self) -> Self {
        Self
    }
}
