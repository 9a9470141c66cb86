//! A text that was read: its values, and where they stand.

use std::ops::Range;

use super::decimal::loses_digits;
use super::lines::Lines;
use crate::diagnostic::{Place, Position, Source};
use crate::post_processor::Origin;
use crate::work;

/// Bytes of the text that something stands in.
pub type Span = Range<usize>;

/// A JSON text, read.
#[derive(Debug)]
pub struct Document<'t> {
    pub(super) text: &'t str,
    pub(super) lines: Lines,
    pub(super) source: Source,
    pub(super) origin: Option<Origin>,
    pub(super) root: Value,
    /// Keys that are set again later in the same object; the last one wins.
    pub(super) duplicates: Vec<Duplicate>,
}

/// A key that is set again later in the same object.
#[derive(Debug)]
pub struct Duplicate {
    /// The key that has no effect.
    pub span: Span,
    /// Its name.
    pub key: String,
}

/// A value and where it stands.
#[derive(Debug)]
pub struct Value {
    /// Its bytes in the text.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// What a value is.
#[derive(Debug)]
pub enum Kind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number, as Go's `encoding/json` reads it: always a 64-bit float.
    Number(f64),
    /// A string, its escapes undone.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object, in the order of the text, without keys that are set again later.
    Object(Vec<Member>),
}

/// A key of an object with its value.
#[derive(Debug)]
pub struct Member {
    /// The key, its escapes undone.
    pub key: String,
    /// The key's bytes in the text, quotes included.
    pub key_span: Span,
    /// Its value.
    pub value: Value,
}

impl<'t> Document<'t> {
    /// The outermost value.
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// Which input it is.
    pub fn source(&self) -> Source {
        self.source
    }

    /// The whole text.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Keys that have no effect since they are set again.
    pub fn duplicates(&self) -> &[Duplicate] {
        &self.duplicates
    }

    /// The JSON Pointer to the innermost value whose text, or whose key, is at this byte.
    pub fn pointer(&self, offset: usize) -> String {
        let mut pointer = self
            .origin
            .as_ref()
            .map(|origin| origin.pointer.clone())
            .unwrap_or_default();
        let mut value = &self.root;
        loop {
            let inner = match &value.kind {
                Kind::Array(items) => {
                    let index = first(items, |item| item.span.end <= offset);
                    let item = items.get(index).filter(|i| i.span.start <= offset);
                    item.map(|item| (index.to_string(), item))
                }
                Kind::Object(members) => {
                    let index = first(members, |m| m.value.span.end <= offset);
                    let member = members.get(index).filter(|m| m.key_span.start <= offset);
                    member.map(|m| (m.key.replace('~', "~0").replace('/', "~1"), &m.value))
                }
                _ => None,
            };
            let Some((token, next)) = inner else {
                return pointer;
            };
            pointer.push('/');
            pointer.push_str(&token);
            value = next;
        }
    }

    /// Whether this is a number with more digits than a 64-bit float holds.
    pub fn loses_digits(&self, value: &Value) -> bool {
        let text = self.text.get(value.span.clone()).unwrap_or_default();
        matches!(value.kind, Kind::Number(number) if loses_digits(text, number))
    }

    /// Line and column of a span. A span of several lines is cut at the end of its first one.
    pub fn position(&self, span: &Span) -> Position {
        position(self.text, &self.lines, self.origin.as_ref(), span)
    }

    /// Where a span stands.
    pub fn place(&self, span: &Span) -> Place {
        Place {
            source: self.source,
            pointer: self.pointer(span.start),
            position: Some(self.position(span)),
        }
    }

    /// Where a value stands, for the pieces that are cut out here.
    pub fn origin_of(&self, value: &Value) -> Origin {
        let position = self.position(&value.span);
        Origin {
            pointer: self.pointer(value.span.start),
            line: position.line,
            column: position.column,
        }
    }
}

impl Value {
    /// The member of that name, if this is an object that has one.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match &self.kind {
            Kind::Object(members) => members.iter().find(|m| m.key == key).map(|m| &m.value),
            _ => None,
        }
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The items, if this is a list.
    pub fn as_list(&self) -> Option<&[Value]> {
        match &self.kind {
            Kind::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The number, if this is one of 0, 1, 2 … that a 64-bit float holds exactly.
    pub fn as_count(&self) -> Option<u64> {
        const MOST: f64 = 9_007_199_254_740_992.0;
        match self.kind {
            Kind::Number(n) if n.fract() == 0.0 && (0.0..=MOST).contains(&n) => Some(n as u64),
            _ => None,
        }
    }

    /// The value's type as JSON names it, for messages.
    pub fn type_name(&self) -> &'static str {
        match self.kind {
            Kind::Null => "null",
            Kind::Bool(_) => "a boolean",
            Kind::Number(_) => "a number",
            Kind::String(_) => "a string",
            Kind::Array(_) => "a list",
            Kind::Object(_) => "an object",
        }
    }
}

/// The first of these, which are in the order of the text, that is not before something.
fn first<T>(all: &[T], is_before: impl Fn(&T) -> bool) -> usize {
    all.partition_point(|item| {
        work::count(1);
        is_before(item)
    })
}

/// Line and column of a span of a text that begins at `origin`.
pub(super) fn position(
    text: &str,
    lines: &Lines,
    origin: Option<&Origin>,
    span: &Span,
) -> Position {
    let place = lines.place(text, span.start);
    let there = text.get(span.clone()).unwrap_or("");
    let length = there.lines().next().unwrap_or("").chars().count();
    let (first_line, first_column) = origin.map_or((1, 1), |o| (o.line, o.column));
    Position {
        line: first_line.saturating_add(place.line),
        column: match place.line {
            0 => first_column.saturating_add(place.column),
            _ => place.column.saturating_add(1),
        },
        length: count(length).max(1),
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
