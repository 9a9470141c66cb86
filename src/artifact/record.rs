//! The artifact as a JSON object with the fields that the contract names.

use std::collections::BTreeMap;

use super::{Artifact, amazon};
use crate::configuration::imprecise_number;
use crate::diagnostic::{Code, Diagnostic, Source, quoted_list};
use crate::json::{self, Document, Kind, Member, Report, Value, decimal_text};
use crate::suggest::closest;

const KEYS: [&str; 5] = ["builder-id", "id", "files", "metadata", "artifact-type"];

/// Reads an artifact's record. With warnings about it.
///
/// # Errors
/// Everything that is wrong with it.
pub fn from_record(text: &str) -> Result<(Artifact, Vec<Diagnostic>), Vec<Diagnostic>> {
    let document = json::parse(text, Source::Artifact, None).map_err(|finding| vec![finding])?;
    let mut report = Report::new(&document);
    let mut artifact = Artifact::default();
    let mut metadata_given = false;
    if let Kind::Object(members) = &document.root().kind {
        for member in members {
            metadata_given |= member.key == "metadata";
            field(&document, member, &mut artifact, &mut report);
        }
        let brace = document.root().span.start..document.root().span.start + 1;
        for key in ["builder-id", "id"] {
            if !members.iter().any(|m| m.key == key) {
                report.error(Code::MissingField, &brace, format!("`{key}` must be set"));
            }
        }
    } else {
        let message = format!(
            "an artifact is an object, not {}",
            document.root().type_name()
        );
        report.error(Code::WrongType, &document.root().span, message);
    }
    if !metadata_given && amazon::makes_amis(&artifact.builder_id) {
        artifact.metadata = amazon::metadata(&artifact.id);
    }
    match report.has_errors() {
        true => Err(report.finish()),
        false => Ok((artifact, report.finish())),
    }
}

fn field(document: &Document, member: &Member, artifact: &mut Artifact, report: &mut Report) {
    let Member { key, value, .. } = member;
    match key.as_str() {
        "builder-id" => {
            let text = string(key, value, report);
            if text.as_ref().is_some_and(String::is_empty) {
                let message = format!("`{key}` must be set, but is empty");
                report.error(Code::MissingField, &value.span, message);
            }
            artifact.builder_id = text.unwrap_or_default();
        }
        "id" => artifact.id = string(key, value, report).unwrap_or_default(),
        "artifact-type" => {
            if !matches!(value.kind, Kind::Null) {
                artifact.artifact_type = string(key, value, report);
            }
        }
        "files" => artifact.files = files(value, report),
        "metadata" => artifact.metadata = metadata(document, value, report),
        _ => {
            let message = format!("unknown key in an artifact: `{key}`");
            let help = match closest(key, KEYS) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("the keys are {}", quoted_list(&KEYS)),
            };
            report.error_with_help(Code::UnknownKey, &member.key_span, message, help);
        }
    }
}

fn string(key: &str, value: &Value, report: &mut Report) -> Option<String> {
    match &value.kind {
        Kind::String(text) => Some(text.clone()),
        _ => {
            let message = format!("`{key}` must be a string, not {}", value.type_name());
            report.error(Code::WrongType, &value.span, message);
            None
        }
    }
}

fn files(value: &Value, report: &mut Report) -> Vec<String> {
    match &value.kind {
        Kind::Null => Vec::new(),
        Kind::Array(items) => {
            let paths = items
                .iter()
                .filter_map(|item| string("files", item, report));
            paths.collect()
        }
        _ => {
            let message = format!("`files` must be a list, not {}", value.type_name());
            report.error(Code::WrongType, &value.span, message);
            Vec::new()
        }
    }
}

/// Go knows the metadata as a map of strings: numbers and booleans become text here as they do in
/// the configuration.
fn metadata(
    document: &Document,
    value: &Value,
    report: &mut Report,
) -> Option<BTreeMap<String, String>> {
    let members = match &value.kind {
        Kind::Null => return None,
        Kind::Object(members) => members,
        _ => {
            let message = format!("`metadata` must be an object, not {}", value.type_name());
            report.error(Code::WrongType, &value.span, message);
            return None;
        }
    };
    let mut metadata = BTreeMap::new();
    for member in members {
        let text = match &member.value.kind {
            Kind::Number(number) => {
                imprecise_number(document, report, &member.value);
                decimal_text(*number)
            }
            Kind::Bool(set) => u8::from(*set).to_string(),
            Kind::Null => String::new(),
            _ => string(&member.key, &member.value, report).unwrap_or_default(),
        };
        metadata.insert(member.key.clone(), text);
    }
    Some(metadata)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contracts_fields() {
        let text = r#"{"builder-id": "packer.file", "id": "File", "files": ["/a"],
                       "metadata": {"n": 1, "b": true}, "artifact-type": "x"}"#;
        let (artifact, _) = from_record(text).unwrap();
        assert_eq!(artifact.builder_id, "packer.file");
        assert_eq!(artifact.files, ["/a"]);
        let metadata: Vec<_> = artifact.metadata.unwrap().into_iter().collect();
        assert_eq!(
            metadata,
            [("b", "1"), ("n", "1")].map(|(k, v)| (k.into(), v.into()))
        );
        assert_eq!(artifact.artifact_type.unwrap(), "x");
    }

    #[test]
    fn missing_metadata_of_amis_is_derived_and_null_is_not() {
        let start = r#"{"builder-id": "mitchellh.amazonebs", "id": "us-east-1:ami-1""#;
        let derived = from_record(&format!("{start}}}"))
            .unwrap()
            .0
            .metadata
            .unwrap();
        assert_eq!(derived["region.us-east-1"], "ami-1");
        let (stated, _) = from_record(&format!("{start}, \"metadata\": null}}")).unwrap();
        assert_eq!(stated.metadata, None);
    }

    #[test]
    fn numbers_that_lose_digits() {
        let text = r#"{"builder-id": "x", "id": "y", "metadata": {"n": 9007199254740993}}"#;
        let (artifact, warnings) = from_record(text).unwrap();
        assert_eq!(artifact.metadata.unwrap()["n"], "9007199254740992");
        assert_eq!(warnings[0].code, Code::ImpreciseNumber);
        let findings = from_record(&text.replace("\"id\"", "\"idd\"")).unwrap_err();
        assert!(findings.iter().any(|f| f.code == Code::ImpreciseNumber));
    }

    #[test]
    fn who_made_it_is_not_empty() {
        let findings = from_record(r#"{"builder-id": "", "id": ""}"#).unwrap_err();
        let [finding] = findings.as_slice() else {
            panic!("{findings:?}");
        };
        assert_eq!(finding.code, Code::MissingField);
        assert_eq!(finding.pointer, "/builder-id");
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let text = r#"{"builder_id": "x", "file": [], "files": [1], "metadata": {"a": []}}"#;
        let findings = from_record(text).unwrap_err();
        let found: Vec<_> = findings
            .iter()
            .map(|f| (f.code, f.pointer.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                (Code::MissingField, ""),
                (Code::MissingField, ""),
                (Code::UnknownKey, "/builder_id"),
                (Code::UnknownKey, "/file"),
                (Code::WrongType, "/files/0"),
                (Code::WrongType, "/metadata/a"),
            ]
        );
        assert_eq!(
            findings[2].help.as_deref(),
            Some("did you mean `builder-id`?")
        );
        assert_eq!(from_record("[]").unwrap_err()[0].code, Code::WrongType);
    }
}
