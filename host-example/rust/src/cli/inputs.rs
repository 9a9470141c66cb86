//! What a command works with: texts, variables, and the environment and files it lets the guest see.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use atlas_host::{Artifact, Diagnostic, Sandbox, Severity};

use super::arguments::Variables;
use super::diagnostics::Finding;

/// A text that diagnostics can point into.
pub(crate) struct Document {
    /// As people know it.
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Document {
    /// Reads a file, or the standard input for `-`. Off this thread: a pipe that stays silent must
    /// not keep ctrl-c from being heard.
    pub(crate) async fn read(name: &str) -> Result<Self, Box<Finding>> {
        let text = if name == "-" {
            tokio::task::spawn_blocking(|| io::read_to_string(io::stdin()))
                .await
                .unwrap_or_else(|error| Err(io::Error::other(error)))
        } else {
            tokio::fs::read_to_string(name).await
        };
        let name = if name == "-" { "<stdin>" } else { name };
        match text {
            Ok(text) => Ok(Self {
                name: name.to_owned(),
                text,
            }),
            Err(error) => Err(unusable(name, "unreadable-file", error.to_string())),
        }
    }
}

/// The user variables, those given later over those given before.
pub(crate) async fn variables(given: &[Variables]) -> Result<Vec<(String, String)>, Box<Finding>> {
    let mut variables = BTreeMap::new();
    for source in given {
        match source {
            Variables::One(name, value) => {
                variables.insert(name.clone(), value.clone());
            }
            Variables::File(path) => {
                let document = Document::read(&path.to_string_lossy()).await?;
                let read: BTreeMap<String, String> =
                    serde_json::from_str(&document.text).map_err(|error| {
                        let place = format!("line {}, column {}", error.line(), error.column());
                        let message = format!("this is no JSON object of strings ({place})");
                        unusable(&document.name, "bad-variable-file", message)
                    })?;
                variables.extend(read);
            }
        }
    }
    Ok(variables.into_iter().collect())
}

/// The variables of the environment that the guest sees: Atlas's own and those that a template reads.
pub(crate) fn environment(read_by_template: &[String]) -> Vec<(String, String)> {
    let seen =
        |name: &str| name.starts_with("ATLAS_") || read_by_template.iter().any(|n| n == name);
    env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| seen(name))
        .collect()
}

/// Makes an artifact's paths what they are for the guest: absolute, and no symbolic links, whose
/// targets can lie outside of the directories that the guest may read. What does not exist stays
/// as it is, for the component to name.
pub(crate) fn resolve_files(artifact: &mut Artifact) {
    for file in &mut artifact.files {
        let path = fs::canonicalize(&*file).or_else(|_| std::path::absolute(&*file));
        if let Some(path) = path
            .ok()
            .and_then(|path| path.into_os_string().into_string().ok())
        {
            *file = path;
        }
    }
}

/// Lets the guest read the directories that the artifact's files are in.
pub(crate) fn open_directories(mut sandbox: Sandbox, artifact: &Artifact) -> Sandbox {
    let mut directories: Vec<PathBuf> = artifact
        .files
        .iter()
        .map(Path::new)
        .filter_map(|file| {
            if file.is_dir() {
                Some(file)
            } else {
                file.parent()
            }
        })
        .filter(|directory| directory.is_dir())
        .map(Path::to_owned)
        .collect();
    directories.sort();
    directories.dedup();
    for directory in directories {
        sandbox = sandbox.directory(directory);
    }
    sandbox
}

/// A finding about a whole file.
fn unusable(file: &str, code: &str, message: String) -> Box<Finding> {
    Box::new(Finding {
        file: file.to_owned(),
        diagnostic: Diagnostic {
            severity: Severity::Error,
            code: code.to_owned(),
            pointer: String::new(),
            position: None,
            message: format!("{file}: {message}"),
            help: None,
        },
    })
}
