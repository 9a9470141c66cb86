//! What each program is made of, in CycloneDX's form.

use std::fs;
use std::path::Path;

use atlas_wasm_build::Target;

use crate::error::Error;
use crate::process;
use crate::workspace::Workspace;

/// What is listed: the file's name, the package's directory, and what it is built for (the machine's own
/// target where that is not said).
const LISTED: [(&str, &str, Option<&str>); 5] = [
    ("atlas_post_processor", "", Some(Target::Bare.name())),
    ("atlas", "host-example/cli", Some(Target::Wasi.name())),
    ("atlas-host", "host-example/cli", None),
    ("packer-plugin-atlas", "host-example/packer-plugin", None),
    (
        "terraform-provider-atlas",
        "host-example/terraform-provider",
        None,
    ),
];

/// Makes them in `out`, the programs' for one target.
pub fn list(workspace: &Workspace, target: &str, out: &Path) -> Result<(), Error> {
    // It writes beside each manifest.
    let stage = workspace.scratch("sbom");
    workspace.stage("", &stage)?;
    let place = stage.to_string_lossy().into_owned();
    for (name, directory, wanted) in LISTED {
        let target = wanted.unwrap_or(target);
        let manifest = stage.join(directory).join("Cargo.toml");
        let mut cyclonedx = workspace.command("cargo-cyclonedx");
        cyclonedx
            .current_dir(&stage)
            .args(["cyclonedx", "--quiet", "--format", "json"]);
        cyclonedx.args(["--override-filename", name, "--target", target]);
        if wanted.is_some() {
            // As it is built: hosts alone have the component within them.
            cyclonedx.arg("--no-default-features");
        }
        process::run(cyclonedx.arg("--manifest-path").arg(&manifest))?;

        let made = stage.join(directory).join(format!("{name}.json"));
        let text = fs::read_to_string(&made).map_err(Error::file(&made))?;
        let suffix = if wanted.is_some() {
            String::new()
        } else {
            format!("-{target}")
        };
        let path = out.join(format!("{name}{suffix}.cdx.json"));
        fs::write(&path, text.replace(&place, ".")).map_err(Error::file(&path))?;
    }
    Ok(())
}
