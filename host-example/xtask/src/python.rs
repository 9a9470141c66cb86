//! The packages for Python, with the component inside: a wheel and what it is made of.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;
use crate::process;
use crate::workspace::Workspace;

/// Makes them in `out`.
pub fn build(workspace: &Workspace, component: &Path, out: &Path) -> Result<(), Error> {
    let package = workspace.scratch("python");
    workspace.stage("host-example/python", &package)?;
    workspace.add_licences(&package)?;
    let inside = package.join("src/atlas_post_processor/component.wasm");
    fs::copy(component, &inside).map_err(Error::file(&inside))?;

    let python = environment(
        &workspace.tools("python"),
        &package.join("requirements.txt"),
    )?;
    let mut hatchling = workspace.command(&python.to_string_lossy());
    hatchling
        .current_dir(&package)
        .args(["-m", "hatchling", "build", "--directory"])
        .arg(out);
    process::run(&mut hatchling)
}

/// The interpreter of an environment that has what the lock file names, and is made once.
pub fn environment(directory: &Path, requirements: &Path) -> Result<PathBuf, Error> {
    let interpreter = directory.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    let wanted = fs::read(requirements).map_err(Error::file(requirements))?;
    let installed = directory.join("installed.txt");
    if fs::read(&installed).is_ok_and(|is| is == wanted) {
        return Ok(interpreter);
    }
    let python = if cfg!(windows) { "python" } else { "python3" };
    process::run(
        Command::new(python)
            .args(["-m", "venv", "--clear"])
            .arg(directory),
    )?;
    let mut pip = Command::new(&interpreter);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "--requirement",
    ]);
    process::run(pip.arg(requirements))?;
    fs::write(&installed, wanted).map_err(Error::file(&installed))?;
    Ok(interpreter)
}
