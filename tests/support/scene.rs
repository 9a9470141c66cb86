//! Where a conformance case plays.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use super::case_files::make_files;

/// The token of the cases, to be found in no output.
pub const TOKEN: &str = "conformance.atlasv1.t0ken";

/// A case's directory, with all that is published.
pub struct Scene {
    _directory: tempfile::TempDir,
    pub root: PathBuf,
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
            Some(text) => text.to_owned(),
            None => format!("{:#}", case["template"]),
        };
        fs::write(root.join("template.json"), fill(&template)).unwrap();
        for name in ["artifact", "manifest", "variables", "checkpoint"] {
            if !case[name].is_null() {
                let text = match &case[name] {
                    Value::String(text) => text.clone(),
                    value => value.to_string(),
                };
                fs::write(root.join(name).with_extension("json"), fill(&text)).unwrap();
            }
        }
        Self {
            _directory: directory,
            root,
        }
    }

    /// A text without what differs from run to run.
    pub fn plain(&self, text: &str, url: &str) -> String {
        text.replace(url, "@URL@")
            .replace(self.root.to_str().unwrap(), "@DIR@")
    }
}

/// What the case's command line gives, beside the template.
pub fn arguments(case: &Value) -> Vec<String> {
    let given = case["arguments"].as_array().into_iter().flatten();
    given
        .map(|word| word.as_str().unwrap().to_owned())
        .collect()
}

/// What Atlas answers, one after the other.
pub fn answers(case: &Value) -> Vec<Value> {
    case["answers"].as_array().cloned().unwrap_or_default()
}
