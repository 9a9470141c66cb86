//! Weak typing, as Go's mapstructure does it with `WeaklyTypedInput` (the release of it that
//! Packer 1.2.5 uses), and the interpolation of every string on the way.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Problem};
use crate::interpolation::{self, Scope};
use crate::json::{Document, Kind, Member, Report, Span, Value, decimal_text};

/// Reads values of one document, interpolating them, and reports what can't be read.
pub struct Reader<'r, 'd> {
    /// The document that the values stand in.
    pub document: &'d Document<'d>,
    /// What strings are interpolated from.
    pub scope: &'r Scope<'r>,
    /// Where findings go.
    pub report: &'r mut Report<'d>,
}

impl Reader<'_, '_> {
    /// A string: a number becomes its decimal text, true "1", false "0", null "". `None` if it was
    /// reported.
    pub fn string(&mut self, key: &str, value: &Value) -> Option<String> {
        match &value.kind {
            Kind::String(text) => self.interpolate(text, &value.span),
            Kind::Number(number) => {
                imprecise_number(self.document, self.report, value);
                Some(decimal_text(*number))
            }
            Kind::Bool(true) => Some("1".into()),
            Kind::Bool(false) => Some("0".into()),
            Kind::Null => Some(String::new()),
            Kind::Array(_) | Kind::Object(_) => {
                let message = format!("`{key}` must be a string, not {}", value.type_name());
                self.report.error(Code::WrongType, &value.span, message);
                None
            }
        }
    }

    /// A boolean: also a number (0 is false) and what Go's `strconv.ParseBool` takes. `None` if it
    /// was reported.
    pub fn boolean(&mut self, key: &str, value: &Value) -> Option<bool> {
        let read = match &value.kind {
            Kind::Bool(b) => Some(*b),
            Kind::Number(number) => Some(*number != 0.0),
            Kind::Null => Some(false),
            Kind::String(text) => {
                let text = self.interpolate(text, &value.span)?;
                match text.as_str() {
                    "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
                    "" | "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
                    _ => None,
                }
            }
            Kind::Array(_) | Kind::Object(_) => None,
        };
        if read.is_none() {
            let message = format!("`{key}` must be true or false");
            self.report.error(Code::WrongType, &value.span, message);
        }
        read
    }

    /// A map of strings, or a list of such maps, which are merged. Keys are interpolated too.
    /// `None` if it is null; what can't be read is reported.
    pub fn strings(&mut self, key: &str, value: &Value) -> Option<BTreeMap<String, String>> {
        if matches!(value.kind, Kind::Null) {
            return None;
        }
        let mut map = BTreeMap::new();
        self.merge_into(&mut map, key, value);
        Some(map)
    }

    fn merge_into(&mut self, map: &mut BTreeMap<String, String>, key: &str, value: &Value) {
        match &value.kind {
            Kind::Null => {}
            Kind::Array(items) => {
                for item in items {
                    self.merge_into(map, key, item);
                }
            }
            Kind::Object(members) => {
                for Member {
                    key: name,
                    key_span,
                    value,
                } in members
                {
                    let text = self.string(&format!("{key}.{name}"), value);
                    if let (Some(name), Some(text)) = (self.interpolate(name, key_span), text) {
                        map.insert(name, text);
                    }
                }
            }
            _ => {
                let message = format!("`{key}` must be an object, not {}", value.type_name());
                self.report.error(Code::WrongType, &value.span, message);
            }
        }
    }

    fn interpolate(&mut self, text: &str, span: &Span) -> Option<String> {
        match interpolation::render(text, self.scope) {
            Ok(rendered) => Some(rendered),
            Err(error) => {
                interpolation_problem(self.document, self.report, text, span, &error);
                None
            }
        }
    }
}

/// Reports why the string that stands at `span` can't be interpolated. Points into the string if
/// that is the same in JSON, at the whole of it if it has escapes.
pub fn interpolation_problem(
    document: &Document,
    report: &mut Report,
    text: &str,
    span: &Span,
    error: &interpolation::InterpolationError,
) {
    let inner = span.start + 1..span.end.saturating_sub(1);
    let place = if document.text().get(inner.clone()) == Some(text) {
        let start = (inner.start + error.offset).min(inner.end);
        start..(start + error.length).min(inner.end)
    } else {
        span.clone()
    };
    let problem = Problem::error(Code::Interpolation, error.message.as_str());
    let help = error.help.clone();
    report.add(&place, Problem { help, ..problem });
}

/// Warns of a number that is sent with other digits than it is written with.
pub fn imprecise_number(document: &Document, report: &mut Report, value: &Value) {
    if document.loses_digits(value) {
        let message = "this number has more digits than are sent: it is read as a 64-bit float, as Packer did it";
        let problem = Problem::warning(Code::ImpreciseNumber, message);
        report.add(
            &value.span,
            problem.help("write it as a string: put it in quotes"),
        );
    }
}
