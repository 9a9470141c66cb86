//! The keys of the configuration and what may stand beside them.

use crate::diagnostic::{Code, quoted_list};
use crate::json::{Member, Report, Span, Value};
use crate::suggest::closest;

/// What Packer itself takes from a post-processor's object, or adds to it (besides `packer_*`).
const PACKERS_OWN: [&str; 5] = ["type", "name", "only", "except", "keep_input_artifact"];

/// The configuration's own keys, those documented first.
pub const KEYS: [&str; 6] = [
    "artifact",
    "artifact_type",
    "token",
    "atlas_url",
    "metadata",
    "artifact_type_override",
];

/// The values of the configuration's keys, as they stand in the text.
#[derive(Default)]
pub struct Values<'v> {
    /// `user/name` of the artifact.
    pub artifact: Option<&'v Value>,
    /// What kind of artifact it is.
    pub artifact_type: Option<&'v Value>,
    /// The access token.
    pub token: Option<&'v Value>,
    /// The base URL of Atlas.
    pub atlas_url: Option<&'v Value>,
    /// What is said about the version.
    pub metadata: Option<&'v Value>,
    /// Whether `artifact_type` is meant to differ from what the artifact says of itself.
    pub artifact_type_override: Option<&'v Value>,
}

impl<'v> Values<'v> {
    /// Sorts the members of the configuration's object. Keys match without regard to case, as in
    /// Go's mapstructure; one that is spelt exactly wins, and the other is unknown.
    pub fn sort(members: &'v [Member], report: &mut Report) -> Self {
        let mut values = Self::default();
        let exact_first = members
            .iter()
            .filter(|m| KEYS.contains(&m.key.as_str()))
            .chain(members.iter().filter(|m| !KEYS.contains(&m.key.as_str())));
        for member in exact_first {
            let key = member.key.to_ascii_lowercase();
            let Some(slot) = values.slot(&key) else {
                if !PACKERS_OWN.contains(&key.as_str()) && !key.starts_with("packer_") {
                    unknown(&member.key, &member.key_span, report);
                }
                continue;
            };
            if slot.is_some() {
                let message = format!("`{}` is set already, as `{key}`", member.key);
                let help = "remove one of the two";
                report.error_with_help(Code::UnknownKey, &member.key_span, message, help);
            } else {
                *slot = Some(&member.value);
            }
        }
        values
    }

    fn slot(&mut self, key: &str) -> Option<&mut Option<&'v Value>> {
        match key {
            "artifact" => Some(&mut self.artifact),
            "artifact_type" => Some(&mut self.artifact_type),
            "token" => Some(&mut self.token),
            "atlas_url" => Some(&mut self.atlas_url),
            "metadata" => Some(&mut self.metadata),
            "artifact_type_override" => Some(&mut self.artifact_type_override),
            _ => None,
        }
    }
}

fn unknown(key: &str, span: &Span, report: &mut Report) {
    let message = format!("unknown configuration key: `{key}`");
    let help = match closest(key, KEYS.into_iter().chain(PACKERS_OWN)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("the keys are {}", quoted_list(&KEYS)),
    };
    report.error_with_help(Code::UnknownKey, span, message, help);
}
