//! A directory with all that is released.

use std::fs;
use std::path::Path;

use crate::compose::compose;
use crate::error::Error;
use crate::signature::Key;
use crate::workspace::Workspace;
use crate::{crates, native, npm, python, sbom, sums, wit};

/// The component's file.
pub const COMPONENT: &str = "atlas_post_processor.wasm";
/// The contract's file.
pub const CONTRACT: &str = "atlas_post_processor.wit.wasm";
/// The file of the command with the component inside.
pub const COMMAND: &str = "atlas.wasm";

/// What a release consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// The component and its contract
    Component,
    /// The command with the component inside, for any WASI runtime
    Command,
    /// The package for Node.js
    Npm,
    /// The wheel and the source package for Python
    Python,
    /// The crates
    Crates,
    /// What the programs are made of, in CycloneDX's form
    Sbom,
    /// The programs for one kind of machine
    Native,
}

/// Makes the parts of a release, for machines of one target, with their sums, and signs those with a key.
///
/// `out` is there when all of it is done, in place of what was there.
pub fn make(
    workspace: &Workspace,
    parts: &[Part],
    target: &str,
    key: Option<&Key>,
    out: &Path,
) -> Result<(), Error> {
    let parent = out.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(Error::file(parent))?;
    let made = tempfile::Builder::new()
        .prefix(".release-")
        .tempdir_in(parent);
    let made = made.map_err(Error::file(parent))?;
    let directory = fs::canonicalize(made.path()).map_err(Error::file(made.path()))?;

    // Before anything else: it is in most of it, and must be one and the same.
    let built = workspace.scratch("wasm");
    let component = atlas_wasm_build::component(workspace.root(), &built)?;
    let file = built.join(COMPONENT);
    fs::write(&file, &component).map_err(Error::file(&file))?;
    for part in parts {
        match part {
            Part::Component => {
                let contract = (CONTRACT.to_owned(), wit::package(workspace.root())?);
                put(
                    vec![(COMPONENT.to_owned(), component.clone()), contract],
                    &directory,
                )?;
            }
            Part::Command => {
                let command = atlas_wasm_build::command(workspace.root(), &built)?;
                let composed = compose(&command, &component)?;
                put(vec![(COMMAND.to_owned(), composed)], &directory)?;
            }
            Part::Npm => npm::pack(workspace, &file, &directory)?,
            Part::Python => python::build(workspace, &file, &directory)?,
            Part::Crates => crates::package(workspace, &file, &directory)?,
            Part::Sbom => sbom::list(workspace, target, &directory)?,
            Part::Native => put(native::build(workspace, target)?, &directory)?,
        }
    }
    sum_up(&directory, key)?;

    if out.exists() {
        fs::remove_dir_all(out).map_err(Error::file(out))?;
    }
    fs::rename(made.keep(), out).map_err(Error::file(out))
}

/// Sums up a directory of files, which may come from several machines, and signs the sums.
pub fn sum_up(directory: &Path, key: Option<&Key>) -> Result<(), Error> {
    let written = sums::write(directory)?;
    let Some(key) = key else { return Ok(()) };
    written
        .iter()
        .try_for_each(|name| key.sign(&directory.join(name)))
}

fn put(files: Vec<native::File>, out: &Path) -> Result<(), Error> {
    for (name, content) in files {
        let path = out.join(name);
        fs::write(&path, content).map_err(Error::file(&path))?;
    }
    Ok(())
}
