//! SHA-256 of every file of a release, in the form that `sha256sum` writes and checks.
//!
//! Packer and Terraform look for sums of their own archives, under names of their own.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::workspace::VERSION;

/// The sums of all files.
pub const SUMS: &str = "SHA256SUMS";

/// The file with the sums of what a program's archives are called like, if it has any.
fn of_programs() -> [(&'static str, String); 2] {
    [
        (
            "packer-plugin-atlas_",
            format!("packer-plugin-atlas_v{VERSION}_{SUMS}"),
        ),
        (
            "terraform-provider-atlas_",
            format!("terraform-provider-atlas_{VERSION}_{SUMS}"),
        ),
    ]
}

/// Sums up the files of a directory, and says what files with sums there are now.
pub fn write(directory: &Path) -> Result<Vec<String>, Error> {
    let sums = of_files(directory)?;
    let mut written = Vec::new();
    let mut put = |name: &str, prefix: &str| {
        let lines: String = sums
            .iter()
            .filter(|(file, _)| file.starts_with(prefix))
            .map(|(file, sum)| format!("{sum}  {file}\n"))
            .collect();
        if lines.is_empty() {
            return Ok(());
        }
        written.push(name.to_owned());
        let path = directory.join(name);
        fs::write(&path, lines).map_err(Error::file(&path))
    };
    put(SUMS, "")?;
    for (prefix, name) in of_programs() {
        put(&name, prefix)?;
    }
    Ok(written)
}

/// Whether the files of a directory are those that were summed up, no fewer and no others.
pub fn verify(directory: &Path) -> Result<usize, Error> {
    let path = directory.join(SUMS);
    let text = fs::read_to_string(&path).map_err(Error::file(&path))?;
    let said: BTreeMap<String, String> = text
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(sum, file)| (file.to_owned(), sum.to_owned()))
        .collect();
    let found = of_files(directory)?;
    let differing = said
        .iter()
        .find(|(file, sum)| found.get(*file) != Some(sum))
        .or_else(|| found.iter().find(|(file, _)| !said.contains_key(*file)));
    match differing {
        Some((file, _)) => Err(Error::Sum(file.clone())),
        None => Ok(said.len()),
    }
}

/// The sums of all files that are no sums or signatures themselves.
fn of_files(directory: &Path) -> Result<BTreeMap<String, String>, Error> {
    let mut sums = BTreeMap::new();
    for entry in fs::read_dir(directory).map_err(Error::file(directory))? {
        let path = entry.map_err(Error::file(directory))?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.ends_with(SUMS) || name.ends_with(".minisig") {
            continue;
        }
        let content = fs::read(&path).map_err(Error::file(&path))?;
        sums.insert(name, hex(&Sha256::digest(content)));
    }
    Ok(sums)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
