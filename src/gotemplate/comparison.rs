//! `eq`, `ne`, `lt`, `le`, `gt` and `ge`, by the rules of Go's `text/template`.
//!
//! Only values of one basic kind compare; whole numbers compare whatever their type.

use std::cmp::Ordering;

use super::error::Fault;
use super::value::Value;

/// Whether `value` equals any of `others`.
/// `reader` is what help shows for a function that gives a string.
pub(super) fn equals_any(value: &Value, others: &[Value], reader: &str) -> Result<bool, Fault> {
    if others.is_empty() {
        return Err(Fault::new("`eq` needs something to compare with")
            .help(format!("write {{{{if eq ({reader} `name`) `value`}}}}")));
    }
    for other in others {
        let equal = match (value, other) {
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a == b,
            (Value::Text(a), Value::Text(b)) => a == b,
            (Value::Nil, Value::Nil) => true,
            (Value::Nil, _) | (_, Value::Nil) => false,
            _ => match (value.integer(), other.integer()) {
                (Some(a), Some(b)) => a == b,
                _ => return Err(incompatible(value, other, reader)),
            },
        };
        if equal {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How `a` and `b` are ordered; strings by their bytes.
pub(super) fn order(a: &Value, b: &Value, reader: &str) -> Result<Ordering, Fault> {
    match (a, b) {
        // No constant and no function makes a NaN.
        (Value::Float(a), Value::Float(b)) => Ok(a.partial_cmp(b).unwrap_or(Ordering::Equal)),
        (Value::Text(a), Value::Text(b)) => Ok(a.cmp(b)),
        (Value::Nil | Value::Bool(_), _) => Err(unordered(a)),
        (_, Value::Nil | Value::Bool(_)) => Err(unordered(b)),
        _ => match (a.integer(), b.integer()) {
            (Some(a), Some(b)) => Ok(a.cmp(&b)),
            _ => Err(incompatible(a, b, reader)),
        },
    }
}

fn unordered(value: &Value) -> Fault {
    Fault::new(format!("{} has no order", value.described()))
        .help("only numbers and strings can be less or greater than others")
}

fn incompatible(a: &Value, b: &Value, reader: &str) -> Fault {
    let message = format!(
        "{} cannot be compared with {}",
        a.described(),
        b.described()
    );
    Fault::new(message).help(format!(
        "compare values of one type; `{reader}` gives strings, so write eq ({reader} `x`) `1`"
    ))
}
