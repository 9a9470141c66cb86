//! From a text to a [`Document`].

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::document::{Document, Duplicate, Kind, Member, Span, Value, position};
use super::lines::Lines;
use crate::decimal::Decimal;
use crate::diagnostic::{Code, Diagnostic, Place, Position, Problem, Source};
use crate::encoding::TEXT_LIMIT;
use crate::order;
use crate::post_processor::Origin;
use crate::work;

/// The most values in a text: bounds the memory that a text can make us use.
const MOST_VALUES: usize = 250_000;

/// Reads a text.
///
/// # Errors
/// One diagnostic if it is not JSON, with the place where it stops being so, or if it is larger
/// than anything that people write.
pub fn parse<'t>(
    text: &'t str,
    source: Source,
    origin: Option<&Origin>,
) -> Result<Document<'t>, Diagnostic> {
    let refused = |code, position, message: String| {
        let pointer = origin.map(|o| o.pointer.clone()).unwrap_or_default();
        Problem::error(code, message).at(Place {
            source,
            pointer,
            position,
        })
    };
    if text.len() as u64 > TEXT_LIMIT {
        let message = format!("the text is larger than {} MiB", TEXT_LIMIT >> 20);
        return Err(refused(Code::TooLarge, None, message));
    }
    if let Err(error) = serde_json::from_str::<Judged>(text) {
        let at = syntax_position(text, origin, &error);
        let diagnostic = refused(Code::Syntax, Some(at), syntax_message(&error));
        return Err(match syntax_help(&error) {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        });
    }
    let mut walk = Walk {
        text,
        at: 0,
        values: 0,
        duplicates: Vec::new(),
    };
    let Some(root) = walk.value() else {
        let message = format!("the text holds more than {MOST_VALUES} values");
        return Err(refused(Code::TooLarge, None, message));
    };
    Ok(Document {
        text,
        lines: Lines::of(text),
        source,
        origin: origin.cloned(),
        root,
        duplicates: walk.duplicates,
    })
}

/// Reads a text of which nobody is told where it is wrong, such as a server's answer.
///
/// # Errors
/// What is wrong with it.
pub fn read(text: &str) -> Result<Document<'_>, String> {
    parse(text, Source::Configuration, None).map_err(|finding| finding.message)
}

/// What `serde_json` says without the place, which stands in the diagnostic.
fn syntax_message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or(&text);
    format!("not JSON: {what}")
}

fn syntax_help(error: &serde_json::Error) -> Option<&'static str> {
    let text = error.to_string();
    if text.starts_with("trailing comma") {
        Some("remove the comma: JSON has none after the last entry")
    } else if text.starts_with("key must be a string") {
        Some("put the key in double quotes; JSON has no comments")
    } else if text.starts_with("control character") {
        Some("write line breaks in strings as \\n")
    } else {
        None
    }
}

/// `serde_json` counts a column in bytes, and 0 for the very end of a line.
fn syntax_position(text: &str, origin: Option<&Origin>, error: &serde_json::Error) -> Position {
    let line_start: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let mut start = (line_start + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let end = text
        .get(start..)
        .and_then(|rest| rest.chars().next())
        .map_or(start, |c| start + c.len_utf8());
    position(text, &Lines::of(text), origin, &(start..end))
}

/// Accepts any JSON and keeps none of it but a string's text: `serde_json` checks syntax, escapes, the range of
/// numbers and the depth (128) on the way.
struct Judged(String);

impl<'de> Deserialize<'de> for Judged {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Judge)
    }
}

struct Judge;

impl<'de> Visitor<'de> for Judge {
    type Value = Judged;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Judged, E> {
        Ok(Judged(String::new()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Judged, E> {
        Ok(Judged(String::new()))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Judged, E> {
        Ok(Judged(String::new()))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Judged, E> {
        Ok(Judged(String::new()))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Judged, E> {
        Ok(Judged(String::new()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Judged, E> {
        Ok(Judged(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Judged, A::Error> {
        while seq.next_element::<Judged>()?.is_some() {}
        Ok(Judged(String::new()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Judged, A::Error> {
        while map.next_entry::<Judged, Judged>()?.is_some() {}
        Ok(Judged(String::new()))
    }
}

/// The number that a text says, which is one of JSON's.
fn float(text: &str) -> f64 {
    let size = Decimal::read(text.trim_start_matches('-')).map_or(0.0, |d| d.value());
    if text.starts_with('-') { -size } else { size }
}

/// A walk over a text that is known to be JSON no deeper than `serde_json` allows. Answers `None`
/// only when there are too many values.
struct Walk<'t> {
    text: &'t str,
    at: usize,
    values: usize,
    duplicates: Vec<Duplicate>,
}

impl Walk<'_> {
    fn peek(&mut self) -> u8 {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = bytes.get(self.at) {
            self.at += 1;
        }
        bytes.get(self.at).copied().unwrap_or(0)
    }

    fn value(&mut self) -> Option<Value> {
        self.values += 1;
        work::count(1);
        if self.values > MOST_VALUES {
            return None;
        }
        let first = self.peek();
        let start = self.at;
        let kind = match first {
            b'{' => self.object()?,
            b'[' => self.array()?,
            b'"' => Kind::String(self.string().0),
            _ => self.literal(),
        };
        Some(Value {
            span: start..self.at,
            kind,
        })
    }

    fn object(&mut self) -> Option<Kind> {
        self.at += 1;
        let mut members: Vec<Member> = Vec::new();
        while self.peek() == b'"' {
            let (key, key_span) = self.string();
            self.peek();
            self.at += 1; // the colon
            let value = self.value()?;
            members.push(Member {
                key,
                key_span,
                value,
            });
            if self.peek() == b',' {
                self.at += 1;
            }
        }
        self.at += 1; // the closing brace
        Some(Kind::Object(self.last_of_each(members)))
    }

    fn array(&mut self) -> Option<Kind> {
        self.at += 1;
        let mut items = Vec::new();
        while !matches!(self.peek(), b']' | 0) {
            items.push(self.value()?);
            if self.peek() == b',' {
                self.at += 1;
            }
        }
        self.at += 1; // the closing bracket
        Some(Kind::Array(items))
    }

    fn string(&mut self) -> (String, Span) {
        let start = self.at;
        let mut escaped = false;
        let rest = self.text.as_bytes().get(start + 1..).unwrap_or(&[]);
        let length = rest.iter().position(|&b| {
            let ends = b == b'"' && !escaped;
            escaped = b == b'\\' && !escaped;
            ends
        });
        self.at = start + 2 + length.unwrap_or(rest.len());
        let token = self.text.get(start..self.at).unwrap_or("\"\"");
        (
            // Asked for a string, `serde_json` would bring what it says about all that is none.
            serde_json::from_str::<Judged>(token).map_or_else(|_| String::new(), |j| j.0),
            start..self.at,
        )
    }

    fn literal(&mut self) -> Kind {
        let rest = self.text.get(self.at..).unwrap_or("");
        let length = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '-' | '.'))
            .unwrap_or(rest.len());
        self.at += length.max(1);
        match rest.get(..length) {
            Some("null") | None => Kind::Null,
            Some("true") => Kind::Bool(true),
            Some("false") => Kind::Bool(false),
            Some(number) => Kind::Number(float(number)),
        }
    }

    /// As Go's `encoding/json` does it: of keys that are set twice the last one wins.
    fn last_of_each(&mut self, members: Vec<Member>) -> Vec<Member> {
        let key = |place: usize| members.get(place).map(|member| &member.key);
        let in_order = order::places(members.len(), &|a, b| key(a).cmp(&key(b)));
        let mut is_last = vec![true; members.len()];
        for pair in in_order.windows(2) {
            if let [earlier, later] = *pair
                && key(earlier) == key(later)
                && let Some(is_last) = is_last.get_mut(earlier)
            {
                *is_last = false;
            }
        }
        let mut kept = Vec::with_capacity(members.len());
        for (member, is_last) in members.into_iter().zip(is_last) {
            if is_last {
                kept.push(member);
            } else {
                self.duplicates.push(Duplicate {
                    span: member.key_span,
                    key: member.key,
                });
            }
        }
        kept
    }
}
