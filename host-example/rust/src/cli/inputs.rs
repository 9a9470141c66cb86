//! What a command works with: texts, variables, and the environment and files it lets the guest see.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

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

/// Makes an artifact's paths what they are for the guest: absolute. A single one that is a symbolic
/// link goes by what it leads to, wherever that is; of several, each goes by its own name. What does
/// not exist stays as it is, for the component to name.
pub(crate) fn resolve_files(artifact: &mut Artifact) {
    let single = artifact.files.len() == 1;
    for file in &mut artifact.files {
        let path = match fs::canonicalize(&*file) {
            Ok(path) if single => Ok(path),
            _ => std::path::absolute(&*file),
        };
        if let Some(path) = path
            .ok()
            .and_then(|path| path.into_os_string().into_string().ok())
        {
            *file = path;
        }
    }
}

/// How many links may follow each other. Linux gives up at 40 as well.
const MOST_LINKS: usize = 40;

/// Lets the guest read the directories that the artifact's files are in, and those that symbolic
/// links among the files lead to. What does not exist is left for the component to name.
pub(crate) fn open_directories(mut sandbox: Sandbox, artifact: &Artifact) -> Sandbox {
    let mut directories = BTreeSet::new();
    for file in &artifact.files {
        let mut path = PathBuf::from(file);
        for _ in 0..MOST_LINKS {
            let parent = path.parent().unwrap_or(&path).to_owned();
            let link = fs::read_link(&path);
            if link.is_err() && path.is_dir() {
                directories.insert(path);
                break;
            }
            directories.insert(parent.clone());
            match link {
                Ok(target) => path = without_dots(&parent.join(target)),
                Err(_) => break,
            }
        }
    }
    for directory in directories.into_iter().filter(|d| d.is_dir()) {
        sandbox = sandbox.directory(directory);
    }
    sandbox
}

/// The path without `.` and `..`, as the component writes it.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

/// A finding about a whole file.
pub(crate) fn unusable(file: &str, code: &str, message: String) -> Box<Finding> {
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
