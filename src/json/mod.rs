//! JSON texts whose values know where they stand, so that every finding can point at its place.
//!
//! `serde_json` judges the text; the tree here notes the places. A [`Document`] may be a piece of a
//! larger one (a post-processor's configuration in a template): its findings then point into that.

mod decimal;
mod document;
mod lines;
mod parse;
mod report;

pub use decimal::decimal_text;
pub use document::{Document, Duplicate, Kind, Member, Span, Value};
pub use parse::{parse, read};
pub use report::Report;

#[cfg(test)]
mod tests;
