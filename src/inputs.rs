//! Files of user variables.

use crate::diagnostic::{Code, Diagnostic, Source};
use crate::json::{self, Kind, Report};
use crate::template::looks_like_hcl;

/// Reads a file of user variables, in the order of the text.
///
/// # Errors
/// It is not a JSON object of strings.
pub fn variables(text: &str) -> Result<Vec<(String, String)>, Vec<Diagnostic>> {
    let document = json::parse(text, Source::Variables, None).map_err(|finding| {
        vec![match looks_like_hcl(text) {
            true => finding.help("this is HCL: write it as a JSON object of strings"),
            false => finding,
        }]
    })?;
    let mut report = Report::new(&document);
    let root = document.root();
    let mut variables = Vec::new();
    match &root.kind {
        Kind::Object(members) => {
            for member in members {
                match member.value.as_str() {
                    Some(value) => variables.push((member.key.clone(), value.to_owned())),
                    None => {
                        let type_name = member.value.type_name();
                        let message = format!("`{}` must be a string, not {type_name}", member.key);
                        report.error(Code::WrongType, &member.value.span, message);
                    }
                }
            }
        }
        _ => {
            let type_name = root.type_name();
            let message =
                format!("a file of variables is a JSON object of strings, not {type_name}");
            report.error(Code::WrongType, &root.span, message);
        }
    }
    match report.has_errors() {
        true => Err(report.finish()),
        false => Ok(variables),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_strings() {
        let read = variables(r#"{"b": "1", "a": "2"}"#).unwrap();
        assert_eq!(
            read,
            [("b", "1"), ("a", "2")].map(|(k, v)| (k.into(), v.into()))
        );
        let wrong = variables(r#"{"a": 1, "b": []}"#).unwrap_err();
        let places: Vec<_> = wrong.iter().map(|f| f.pointer.as_str()).collect();
        assert_eq!(places, ["/a", "/b"]);
        assert_eq!(variables("[]").unwrap_err()[0].code, Code::WrongType);
        assert_eq!(variables("").unwrap_err()[0].source, Source::Variables);
        let hcl = variables("# values\nregion = \"x\"").unwrap_err();
        assert!(hcl[0].help.as_ref().unwrap().contains("HCL"));
    }
}
