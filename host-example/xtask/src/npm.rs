//! The package for Node.js, with the component inside.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::error::Error;
use crate::process;
use crate::workspace::Workspace;

/// Makes it in `out`.
pub fn pack(workspace: &Workspace, component: &Path, out: &Path) -> Result<(), Error> {
    // What it is built with is beside it: Node.js looks for modules in the directories above, too.
    let package = workspace.tools("node").join("package");
    workspace.stage("host-example/node", &package)?;
    workspace.add_licences(&package)?;
    install(&workspace.tools("node"), &package)?;

    let in_package = |program: &str| {
        let mut command = workspace.command(program);
        command.current_dir(&package);
        command
    };
    process::run(in_package("node").arg("scripts/build.js").arg(component))?;
    process::run(
        in_package(npm())
            .args(["pack", "--silent", "--pack-destination"])
            .arg(out),
    )
}

/// Installs what the lock file names, once.
fn install(tools: &Path, package: &Path) -> Result<(), Error> {
    let wanted = package.join("package-lock.json");
    let wanted = fs::read(&wanted).map_err(Error::file(&wanted))?;
    let installed = tools.join("installed.json");
    if fs::read(&installed).is_ok_and(|is| is == wanted) {
        return Ok(());
    }
    for name in ["package.json", "package-lock.json"] {
        fs::copy(package.join(name), tools.join(name)).map_err(Error::file(&tools.join(name)))?;
    }
    let mut command = Command::new(npm());
    command.args([
        "install",
        "--no-save",
        "--no-audit",
        "--no-fund",
        "--silent",
        "--ignore-scripts",
    ]);
    process::run(command.current_dir(tools))?;
    fs::write(&installed, wanted).map_err(Error::file(&installed))
}

/// A script on Windows, which is not found without its ending.
fn npm() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}
