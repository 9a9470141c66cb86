//! Where a conformance case plays.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::case_files::make_files;
use super::conversation::body;

/// The token of the cases, to be found in no output.
pub const TOKEN: &str = "conformance.atlasv1.t0ken";

/// A case's directory, with all that is published.
pub struct Scene {
    _directory: tempfile::TempDir,
    pub root: PathBuf,
    /// The names of what was there before.
    given: Vec<String>,
}

fn names(root: &Path) -> Vec<String> {
    let entries = fs::read_dir(root).unwrap();
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string();
    entries.map(|entry| name(entry).unwrap()).collect()
}

impl Scene {
    /// Puts everything there; `url` is that of the Atlas.
    pub fn set(case: &Value, url: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(directory.path()).unwrap();
        make_files(case, &root);
        let fill = |text: &str| {
            text.replace("@URL@", url)
                .replace("@DIR@", root.to_str().unwrap())
        };
        let template = match case["template_text"].as_str() {
            Some(text) => Some(text.to_owned()),
            None if case["template"].is_null() => None,
            None => Some(format!("{:#}", case["template"])),
        };
        if let Some(template) = template {
            fs::write(root.join("template.json"), fill(&template)).unwrap();
        }
        for name in ["artifact", "manifest", "variables", "checkpoint", "config"] {
            if !case[name].is_null() {
                let text = match &case[name] {
                    Value::String(text) => text.clone(),
                    value => value.to_string(),
                };
                fs::write(root.join(name).with_extension("json"), fill(&text)).unwrap();
            }
        }
        let given = names(&root);
        Self {
            _directory: directory,
            root,
            given,
        }
    }

    /// The files that a command has left behind, with what is in them.
    pub fn left(&self) -> Value {
        let new = names(&self.root).into_iter();
        let new = new.filter(|name| !self.given.contains(name));
        let content = |name: &String| body(&fs::read(self.root.join(name)).unwrap());
        new.map(|name| (name.clone(), content(&name))).collect()
    }

    /// A text without what differs from run to run.
    pub fn plain(&self, text: &str, url: &str) -> String {
        text.replace(url, "@URL@")
            .replace(self.root.to_str().unwrap(), "@DIR@")
    }
}

/// What the case's command line gives.
pub fn arguments(case: &Value) -> Vec<String> {
    let given = case["arguments"].as_array().into_iter().flatten();
    let given = given.map(|word| word.as_str().unwrap().to_owned());
    let has_template = !case["template"].is_null() || !case["template_text"].is_null();
    let template = has_template.then(|| "template.json".to_owned());
    given.chain(template).collect()
}

/// What Atlas answers, one after the other.
pub fn answers(case: &Value) -> Vec<Value> {
    case["answers"].as_array().cloned().unwrap_or_default()
}
