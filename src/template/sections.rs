//! The root of a template: its sections.

use crate::diagnostic::{Code, quoted_list};
use crate::json::{Document, Kind, Member, Report, Span, Value};
use crate::suggest::closest;

/// The root keys of Packer 1.2.5 (template/parse.go), and `sensitive-variables` of 1.3 and later.
const KEYS: [&str; 8] = [
    "builders",
    "description",
    "min_packer_version",
    "post-processors",
    "provisioners",
    "push",
    "sensitive-variables",
    "variables",
];

/// A template's sections; those that are missing, or are of a wrong type, are empty.
pub struct Sections<'d> {
    /// Where the template begins: for what is missing.
    pub start: Span,
    /// The oldest Packer that the template is for.
    pub min_packer_version: Option<&'d Value>,
    /// What makes artifacts.
    pub builders: &'d [Value],
    /// The `builders` key, if it is there.
    pub builders_key: Option<Span>,
    /// What is done with artifacts.
    pub post_processors: &'d [Value],
    /// The `post-processors` key, if it is there.
    pub post_processors_key: Option<Span>,
    /// What is done on the machines.
    pub provisioners: &'d [Value],
    /// User variables with their defaults.
    pub variables: &'d [Member],
}

impl<'d> Sections<'d> {
    /// Sorts the root's members. Keys match without regard to case, as in Go's mapstructure, and
    /// those that begin with `_` are comments.
    pub fn sort(document: &'d Document<'d>, report: &mut Report<'d>) -> Self {
        let root = document.root();
        let mut sections = Self {
            start: root.span.start..root.span.start + 1,
            min_packer_version: None,
            builders: &[],
            builders_key: None,
            post_processors: &[],
            post_processors_key: None,
            provisioners: &[],
            variables: &[],
        };
        let Kind::Object(members) = &root.kind else {
            let message = format!("a template is an object, not {}", root.type_name());
            report.error(Code::WrongType, &root.span, message);
            return sections;
        };
        for member in members {
            let value = &member.value;
            match member.key.to_ascii_lowercase().as_str() {
                "builders" => {
                    sections.builders_key = Some(member.key_span.clone());
                    sections.builders = list(member, report);
                }
                "post-processors" => {
                    sections.post_processors_key = Some(member.key_span.clone());
                    sections.post_processors = list(member, report);
                }
                "provisioners" => sections.provisioners = list(member, report),
                "variables" => sections.variables = object(member, report),
                "push" => {
                    object(member, report);
                }
                "sensitive-variables" => {
                    list(member, report);
                }
                "description" => string(member, report),
                "min_packer_version" => {
                    string(member, report);
                    sections.min_packer_version = Some(value);
                }
                _ if member.key.starts_with('_') => {}
                _ => unknown(member, report),
            }
        }
        sections
    }
}

fn unknown(member: &Member, report: &mut Report) {
    let message = format!("unknown root level key in template: `{}`", member.key);
    let help = match closest(&member.key, KEYS) {
        Some(meant) => format!("did you mean `{meant}`? a comment's key begins with `_`"),
        None => format!(
            "a comment's key begins with `_`; the keys are {}",
            quoted_list(&KEYS)
        ),
    };
    report.error_with_help(Code::UnknownKey, &member.key_span, message, help);
}

fn wrong_type(member: &Member, wanted: &str, report: &mut Report) {
    let got = member.value.type_name();
    let message = format!("`{}` must be {wanted}, not {got}", member.key);
    report.error(Code::WrongType, &member.value.span, message);
}

fn list<'d>(member: &'d Member, report: &mut Report) -> &'d [Value] {
    match &member.value.kind {
        Kind::Array(items) => return items,
        Kind::Null => {}
        _ => wrong_type(member, "a list", report),
    }
    &[]
}

fn object<'d>(member: &'d Member, report: &mut Report) -> &'d [Member] {
    match &member.value.kind {
        Kind::Object(members) => return members,
        Kind::Null => {}
        _ => wrong_type(member, "an object", report),
    }
    &[]
}

fn string(member: &Member, report: &mut Report) {
    if !matches!(member.value.kind, Kind::String(_) | Kind::Null) {
        wrong_type(member, "a string", report);
    }
}
