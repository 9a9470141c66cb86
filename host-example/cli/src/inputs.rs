//! What a command works with: texts and variables.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};

use atlas_host::{Diagnostics, Error, FileError, Instance, Source};

use crate::arguments::Variables;
use crate::process;

/// A text that diagnostics can point into.
pub(crate) struct Document {
    pub(crate) source: Source,
    /// As people know it.
    pub(crate) name: String,
    pub(crate) text: Vec<u8>,
}

/// An input that can't be used.
pub(crate) enum Unusable {
    Unreadable(Source, String, FileError),
    Wrong(Document, Diagnostics),
}

impl Document {
    /// Reads a file, or the standard input for `-`, and no more of it than one byte beyond the limit.
    pub(crate) async fn read(source: Source, name: &str, limit: u64) -> Result<Self, Unusable> {
        let opened = name.to_owned();
        let read = process::apart(move || {
            let mut text = Vec::new();
            let most = limit.saturating_add(1);
            if opened == "-" {
                io::stdin().take(most).read_to_end(&mut text)?;
            } else {
                File::open(opened)?.take(most).read_to_end(&mut text)?;
            }
            Ok(text)
        });
        let text = read.await;
        let name = if name == "-" { "<stdin>" } else { name }.to_owned();
        match text {
            Ok(text) => Ok(Self { source, name, text }),
            Err(error) => Err(Unusable::Unreadable(source, name, error.into())),
        }
    }
}

/// The user variables, those given later over those given before, and the files of them that can't be
/// used.
pub(crate) async fn variables(
    given: &[Variables],
    instance: &mut Instance,
    limit: u64,
) -> Result<(Vec<(String, String)>, Vec<Unusable>), Error> {
    let mut variables = BTreeMap::new();
    let mut unusable = Vec::new();
    for source in given {
        match source {
            Variables::One(name, value) => {
                variables.insert(name.clone(), value.clone());
            }
            Variables::File(path) => {
                let name = path.to_string_lossy();
                match Document::read(Source::Variables, &name, limit).await {
                    Ok(document) => match instance.variables(&document.text).await? {
                        Ok(read) => variables.extend(read),
                        Err(found) => unusable.push(Unusable::Wrong(document, found)),
                    },
                    Err(error) => unusable.push(error),
                }
            }
        }
    }
    Ok((variables.into_iter().collect(), unusable))
}
