//! Builders: what the builds of a template are called.

use std::collections::BTreeMap;

use super::sections::Sections;
use crate::configuration::interpolation_problem;
use crate::diagnostic::{Code, Problem, quoted_list};
use crate::interpolation::{self, Scope};
use crate::json::{Document, Kind, Report, Span, Value, decimal_text};
use crate::suggest::closest;

/// With how many names a misspelt one is compared.
const MOST_COMPARED: usize = 1000;

/// The builders of a template.
pub struct Builders {
    all: Vec<Builder>,
    /// The type of each, by its raw name: those with a wrong name, too.
    types: BTreeMap<String, String>,
    /// Where the section is, for what is said about all of them.
    place: Span,
}

/// One builder.
pub struct Builder {
    /// The name as it stands in the template: what `only` and `except` know.
    pub raw_name: String,
    /// The name, interpolated: the build's.
    pub name: String,
    /// Its type.
    pub builder_type: String,
}

impl Builders {
    /// Reads the section.
    pub fn read<'d>(
        document: &'d Document<'d>,
        sections: &Sections<'d>,
        scope: &Scope,
        report: &mut Report<'d>,
    ) -> Self {
        let place = sections.builders_key.clone();
        let place = place.unwrap_or_else(|| sections.start.clone());
        let mut all: Vec<Builder> = Vec::new();
        let mut types = BTreeMap::new();
        for value in sections.builders {
            let Some((raw_name, builder_type)) = name_and_type(value, report) else {
                continue;
            };
            if types
                .insert(raw_name.clone(), builder_type.clone())
                .is_some()
            {
                let message = format!("a builder with the name `{raw_name}` already exists");
                let help = "give one of them a `name` of its own";
                report.error_with_help(Code::DuplicateBuilder, &value.span, message, help);
                continue;
            }
            let name = match interpolation::render(&raw_name, scope) {
                Ok(name) => name,
                Err(error) => {
                    let span = member(value, "name").map_or(&value.span, |v| &v.span);
                    interpolation_problem(document, report, &raw_name, span, &error);
                    continue;
                }
            };
            all.push(Builder {
                raw_name,
                name,
                builder_type,
            });
        }
        if sections.builders.is_empty() {
            report.error(
                Code::NoSuchBuild,
                &place,
                "at least one builder must be defined",
            );
        }
        Self { all, types, place }
    }

    /// Whether `only` and `except` may name it.
    pub fn has_raw_name(&self, name: &str) -> bool {
        self.types.contains_key(name)
    }

    /// The raw name that a misspelt one most likely stands for.
    pub fn nearest_raw_name(&self, name: &str) -> Option<&str> {
        let names = self.all.iter().map(|b| b.raw_name.as_str());
        closest(name, names.take(MOST_COMPARED))
    }

    /// The builder of that build, or the only one.
    pub fn choose(&self, build_name: Option<&str>, report: &mut Report) -> Option<&Builder> {
        let problem = match (build_name, self.all.as_slice()) {
            (None, [only]) => return Some(only),
            (None, _) => {
                let message = "the template has several builds, and none is chosen";
                Problem::error(Code::AmbiguousBuild, message)
                    .help(format!("choose one of {}", self.names()))
            }
            (Some(name), _) => {
                // Of builds whose names become the same Packer keeps the last.
                if let Some(builder) = self.all.iter().rev().find(|b| b.name == name) {
                    return Some(builder);
                }
                let message = format!("no such build found: `{name}`");
                let problem = Problem::error(Code::NoSuchBuild, message);
                let names = self.all.iter().map(|b| b.name.as_str());
                match closest(name, names.take(MOST_COMPARED)) {
                    Some(meant) => problem.help(format!("did you mean `{meant}`?")),
                    None => problem.help(format!("the template has {}", self.names())),
                }
            }
        };
        report.add(&self.place, problem);
        None
    }

    fn names(&self) -> String {
        let names: Vec<_> = self.all.iter().map(|b| &b.name).collect();
        quoted_list(&names)
    }
}

fn name_and_type(builder: &Value, report: &mut Report) -> Option<(String, String)> {
    if !matches!(builder.kind, Kind::Object(_)) {
        let message = format!("a builder must be an object, not {}", builder.type_name());
        report.error(Code::WrongType, &builder.span, message);
        return None;
    }
    let mut text = |key| match member(builder, key) {
        None => Some(String::new()),
        Some(value) => {
            let text = weak_text(value);
            if text.is_none() {
                let got = value.type_name();
                let message = format!("a builder's `{key}` must be a string, not {got}");
                report.error(Code::WrongType, &value.span, message);
            }
            text
        }
    };
    let (name, builder_type) = (text("name"), text("type"));
    let (name, builder_type) = (name?, builder_type?);
    if builder_type.is_empty() {
        let brace = builder.span.start..builder.span.start + 1;
        report.error(Code::MissingField, &brace, "a builder's `type` must be set");
        return None;
    }
    match name.is_empty() {
        true => Some((builder_type.clone(), builder_type)),
        false => Some((name, builder_type)),
    }
}

/// Packer decodes builders weakly.
fn weak_text(value: &Value) -> Option<String> {
    match &value.kind {
        Kind::String(text) => Some(text.clone()),
        Kind::Number(number) => Some(decimal_text(*number)),
        Kind::Bool(set) => Some(u8::from(*set).to_string()),
        Kind::Null => Some(String::new()),
        Kind::Array(_) | Kind::Object(_) => None,
    }
}

/// A member of an object, its key matched as mapstructure does: exactly, else without regard to
/// case.
pub fn member<'v>(object: &'v Value, key: &str) -> Option<&'v Value> {
    let Kind::Object(members) = &object.kind else {
        return None;
    };
    let exact = members.iter().find(|m| m.key == key);
    let found = exact.or_else(|| members.iter().find(|m| m.key.eq_ignore_ascii_case(key)));
    found.map(|m| &m.value)
}
