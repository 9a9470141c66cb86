//! The contract as a WIT package in WebAssembly's form, which registries take and tools read.

use std::path::Path;

use wit_parser::Resolve;

use crate::error::Error;

/// The package in `wit/` of a checkout; it states its version itself.
pub fn package(root: &Path) -> Result<Vec<u8>, Error> {
    let mut resolve = Resolve::default();
    let told = |e: &dyn std::fmt::Display| Error::Wit(format!("{e:#}"));
    let (package, _) = resolve.push_dir(root.join("wit")).map_err(|e| told(&e))?;
    wit_component::encode(&resolve, package).map_err(|e| told(&e))
}
