//! The values that a template computes with.

use std::sync::Arc;

/// A value in a template.
///
/// A template runs without data, so these are all there can be: constants, and what functions make
/// of them.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing: the dot of a template without data, its fields, and `nil`.
    Nil,
    /// Go's `bool`.
    Bool(bool),
    /// Go's `int`.
    Int(i64),
    /// Go's `uint8`: what `index` takes out of a string.
    Byte(u8),
    /// Go's `float64`.
    Float(f64),
    /// Go's `string`: any bytes, though nearly always UTF-8.
    Text(Arc<[u8]>),
}

impl Value {
    /// A string of these bytes.
    pub fn text(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self::Text(bytes.into())
    }

    /// Go's name of the type.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Nil => "<nil>",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Byte(_) => "uint8",
            Self::Float(_) => "float64",
            Self::Text(_) => "string",
        }
    }

    /// What the value is called in an error.
    pub(super) fn described(&self) -> &'static str {
        match self {
            Self::Nil => "nothing",
            Self::Bool(_) => "a bool",
            Self::Int(_) | Self::Byte(_) => "a whole number",
            Self::Float(_) => "a decimal number",
            Self::Text(_) => "a string",
        }
    }

    /// Whether `if` takes it as true: all but the zero value of each type.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Nil => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            Self::Byte(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Text(bytes) => !bytes.is_empty(),
        }
    }

    /// The whole number it is, if it is one.
    pub(super) fn integer(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            Self::Byte(value) => Some(i64::from(*value)),
            _ => None,
        }
    }

    /// How many bytes of text it holds: what it costs to work on.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Text(bytes) => bytes.len(),
            _ => 1,
        }
    }
}
