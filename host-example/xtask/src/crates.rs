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
    for source in [
        "src/embedded/mod.rs",
        "src/composed/mod.rs",
        "examples/bare.rs",
    ] {
        take_contract_from_beside(&rust.join(source))?;
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

/// Makes a source file read the contract that is in its own package.
fn take_contract_from_beside(source: &Path) -> Result<(), Error> {
    let (outside, beside) = (r#"path: "../../wit""#, r#"path: "wit""#);
    let text = fs::read_to_string(source).map_err(Error::file(source))?;
    if !text.contains(outside) {
        return Err(Error::Unfit(format!(
            "{} does not say {outside}",
            source.display()
        )));
    }
    fs::write(source, text.replace(outside, beside)).map_err(Error::file(source))
}
