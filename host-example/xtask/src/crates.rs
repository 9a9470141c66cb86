//! The crates that others can depend on, as crates.io takes them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::process;
use crate::workspace::{VERSION, Workspace};

/// What is published; the programs and what only they use are not.
const PUBLISHED: [&str; 4] = [
    "atlas-post-processor",
    "atlas-wasm-build",
    "atlas-engine",
    "atlas-host",
];

/// Makes them in `out`.
///
/// A package ends at its directory. So `atlas-host` gets what it otherwise takes from the workspace: the
/// component, which its build script takes from beside it, and the contract.
pub fn package(workspace: &Workspace, component: &Path, out: &Path) -> Result<(), Error> {
    let stage = workspace.scratch("crates");
    workspace.stage("", &stage)?;
    let rust = stage.join("host-example/rust");
    for directory in [&rust, &rust.join("engine"), &rust.join("wasm-build")] {
        workspace.add_licences(directory)?;
    }
    let inside = rust.join("component.wasm");
    fs::copy(component, &inside).map_err(Error::file(&inside))?;
    workspace.stage("wit", &rust.join("wit"))?;
    for sources in ["src", "examples"] {
        take_contract_from_beside(&rust.join(sources))?;
    }

    let target = workspace.scratch("crates-target");
    let mut cargo = workspace.command("cargo");
    cargo
        .current_dir(&stage)
        .args(["package", "--no-verify", "--quiet", "--allow-dirty"]);
    cargo.args(PUBLISHED.iter().flat_map(|name| ["--package", name]));
    process::run(cargo.arg("--target-dir").arg(&target))?;
    for name in PUBLISHED {
        let made: PathBuf = target
            .join("package")
            .join(format!("{name}-{VERSION}.crate"));
        let copy = out.join(format!("{name}-{VERSION}.crate"));
        fs::copy(&made, &copy).map_err(Error::file(&made))?;
    }
    Ok(())
}

/// Makes the source files in a directory read the contract that is in their own package.
fn take_contract_from_beside(directory: &Path) -> Result<(), Error> {
    for entry in fs::read_dir(directory).map_err(Error::file(directory))? {
        let path = entry.map_err(Error::file(directory))?.path();
        if path.is_dir() {
            take_contract_from_beside(&path)?;
            continue;
        }
        let text = fs::read_to_string(&path).map_err(Error::file(&path))?;
        let beside = text.replace(r#"path: "../../wit""#, r#"path: "wit""#);
        fs::write(&path, beside).map_err(Error::file(&path))?;
    }
    Ok(())
}
