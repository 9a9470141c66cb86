//! The programs for machines, each in the archive that its users expect.

use std::fs;
use std::path::Path;

use crate::archive::{self, Entry};
use crate::error::Error;
use crate::process;
use crate::workspace::{VERSION, Workspace};

/// The protocol of plugins that Packer's plugin speaks, as its `describe` says it.
const PACKER_API: &str = "x5.0";

/// What Terraform's registries want to know of a provider.
const TERRAFORM_MANIFEST: &str = r#"{"version": 1, "metadata": {"protocol_versions": ["5.0"]}}
"#;

/// A file of the release: its name, and what is in it.
pub type File = (String, Vec<u8>);

/// The kind of machine that this runs on.
pub fn host() -> Result<String, Error> {
    let printed = process::output(std::process::Command::new("rustc").arg("-vV"))?;
    let printed = String::from_utf8_lossy(&printed).into_owned();
    let host = printed.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| Error::Unfit("rustc does not say its host".into()))
}

/// Builds the programs for a target, and packs them.
pub fn build(workspace: &Workspace, target: &str) -> Result<Vec<File>, Error> {
    let packages = [
        "atlas-host-cli",
        "packer-plugin-atlas",
        "terraform-provider-atlas",
    ];
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--release", "--locked"]);
    cargo.args(packages.iter().flat_map(|package| ["--package", package]));
    cargo.arg("--target-dir").arg(workspace.target());
    let mut built = workspace.target().to_owned();
    if target != host()? {
        // Said for the machine itself, it would only build the dependencies twice.
        cargo.args(["--target", target]);
        cargo.args([
            "--package",
            "atlas-host",
            "--features",
            "atlas-host/cross-compile",
        ]);
        built.push(target);
    }
    if target == "aarch64-unknown-linux-gnu" {
        // As the C compiler's crate calls it, and Debian.
        let linker = std::env::var_os("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER");
        let linker = linker.unwrap_or_else(|| "aarch64-linux-gnu-gcc".into());
        cargo.env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", linker);
    }
    process::run(&mut cargo)?;
    pack(&built.join("release"), target)
}

/// Packs the programs in a directory.
pub fn pack(built: &Path, target: &str) -> Result<Vec<File>, Error> {
    let (system, machine) = go_names(target)?;
    let suffix = if system == "windows" { ".exe" } else { "" };
    let program = |name: &str, called: String| -> Result<Entry, Error> {
        let path = built.join(format!("{name}{suffix}"));
        let content = fs::read(&path).map_err(Error::file(&path))?;
        Ok(Entry {
            name: format!("{called}{suffix}"),
            content,
            executable: true,
        })
    };
    let unpacked = |e| Error::Unfit(format!("an archive can't be made: {e}"));

    let directory = format!("atlas-host-{VERSION}-{target}");
    let command = program("atlas-host", format!("{directory}/atlas-host"))?;
    let packer = format!("packer-plugin-atlas_v{VERSION}_{PACKER_API}_{system}_{machine}");
    let plugin = program("packer-plugin-atlas", packer.clone())?;
    let terraform = format!("terraform-provider-atlas_{VERSION}_{system}_{machine}.zip");
    let provider = program(
        "terraform-provider-atlas",
        format!("terraform-provider-atlas_v{VERSION}"),
    )?;
    Ok(vec![
        (
            format!("{directory}.tar.gz"),
            archive::tar_gz(&[command]).map_err(unpacked)?,
        ),
        (
            format!("{packer}.zip"),
            archive::zip(&[plugin]).map_err(unpacked)?,
        ),
        (terraform, archive::zip(&[provider]).map_err(unpacked)?),
        (
            format!("terraform-provider-atlas_{VERSION}_manifest.json"),
            TERRAFORM_MANIFEST.as_bytes().to_vec(),
        ),
    ])
}

/// What Go, and so Packer and Terraform, call a target.
fn go_names(target: &str) -> Result<(&'static str, &'static str), Error> {
    let unknown = || Error::Unfit(format!("Packer and Terraform have no name for {target}"));
    let mut parts = target.split('-');
    let machine = match parts.next() {
        Some("x86_64") => "amd64",
        Some("aarch64") => "arm64",
        _ => return Err(unknown()),
    };
    let system = match parts.nth(1) {
        Some("linux") => "linux",
        Some("darwin") => "darwin",
        Some("windows") => "windows",
        _ => return Err(unknown()),
    };
    Ok((system, machine))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn archives_are_called_what_packer_and_terraform_look_for() {
        let built = tempfile::tempdir().unwrap();
        for name in [
            "atlas-host",
            "packer-plugin-atlas",
            "terraform-provider-atlas",
        ] {
            fs::write(built.path().join(name), name).unwrap();
        }
        let files = pack(built.path(), "aarch64-unknown-linux-gnu").unwrap();
        let names: Vec<_> = files
            .iter()
            .map(|(name, _)| name.replace(VERSION, "1.2.3"))
            .collect();
        assert_eq!(
            names,
            [
                "atlas-host-1.2.3-aarch64-unknown-linux-gnu.tar.gz",
                "packer-plugin-atlas_v1.2.3_x5.0_linux_arm64.zip",
                "terraform-provider-atlas_1.2.3_linux_arm64.zip",
                "terraform-provider-atlas_1.2.3_manifest.json",
            ]
        );
        let inside = |at: usize| {
            let archive = zip::ZipArchive::new(Cursor::new(&files[at].1)).unwrap();
            archive
                .name_for_index(0)
                .unwrap()
                .unwrap()
                .replace(VERSION, "1.2.3")
        };
        assert_eq!(inside(1), "packer-plugin-atlas_v1.2.3_x5.0_linux_arm64");
        assert_eq!(inside(2), "terraform-provider-atlas_v1.2.3");
    }

    #[test]
    fn targets_have_names_in_go() {
        assert_eq!(
            go_names("x86_64-pc-windows-msvc").unwrap(),
            ("windows", "amd64")
        );
        assert_eq!(
            go_names("aarch64-apple-darwin").unwrap(),
            ("darwin", "arm64")
        );
        assert!(go_names("wasm32-wasip2").is_err());
    }
}
