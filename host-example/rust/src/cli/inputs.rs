//! What a command works with: texts and variables.

use std::collections::BTreeMap;
use std::io;

use atlas_host::{Diagnostic, Severity};

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
