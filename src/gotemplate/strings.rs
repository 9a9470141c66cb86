//! `len`, `index` and `slice`: of all values, strings are what they work on.

use super::error::Fault;
use super::value::Value;

/// How many bytes a string has.
pub(super) fn length(value: &Value) -> Result<Value, Fault> {
    let bytes = bytes("len", value)?;
    Ok(Value::Int(i64::try_from(bytes.len()).unwrap_or(i64::MAX)))
}

/// The byte of a string at an index, or the value itself without one.
pub(super) fn index(value: &Value, indexes: &[Value]) -> Result<Value, Fault> {
    match indexes {
        [] if *value != Value::Nil => Ok(value.clone()),
        [] => Err(unfit("index", value)),
        [index] => {
            let bytes = bytes("index", value)?;
            let at = position("index", index, bytes.len())?;
            let byte = bytes.get(at).copied().map(Value::Byte);
            byte.ok_or_else(|| out_of_range("index", at, bytes.len()))
        }
        [_, _, ..] => {
            bytes("index", value)?;
            Err(
                Fault::new("`index` has nothing to look into after the first index")
                    .help("a string has bytes, and a byte has no parts: give one index"),
            )
        }
    }
}

/// The part of a string from one index up to another.
pub(super) fn slice(value: &Value, indexes: &[Value]) -> Result<Value, Fault> {
    let bytes = bytes("slice", value)?;
    let position = |index| position("slice", index, bytes.len());
    let (start, end) = match indexes {
        [] => (0, bytes.len()),
        [start] => (position(start)?, bytes.len()),
        [start, end] => (position(start)?, position(end)?),
        _ => {
            let message = format!(
                "`slice` takes at most 2 indexes of a string, not {}",
                indexes.len()
            );
            return Err(Fault::new(message).help("give where to start and where to end"));
        }
    };
    match bytes.get(start..end) {
        Some(part) => Ok(Value::text(part)),
        None => Err(
            Fault::new(format!("`slice` cannot start at {start} and end at {end}"))
                .help("the start must not be behind the end"),
        ),
    }
}

fn bytes<'v>(name: &str, value: &'v Value) -> Result<&'v [u8], Fault> {
    match value {
        Value::Text(bytes) => Ok(bytes),
        _ => Err(unfit(name, value)),
    }
}

fn unfit(name: &str, value: &Value) -> Fault {
    Fault::new(format!(
        "`{name}` works on a string, not on {}",
        value.described()
    ))
    .help("give it a string; `print` makes one of any value")
}

/// An index into `length` bytes; the end of them is one too.
fn position(name: &str, index: &Value, length: usize) -> Result<usize, Fault> {
    let Some(number) = index.integer() else {
        let given = index.described();
        return Err(Fault::new(format!(
            "`{name}` takes whole numbers as indexes, not {given}"
        ))
        .help("count bytes from 0"));
    };
    match usize::try_from(number) {
        Ok(position) if position <= length => Ok(position),
        _ => Err(out_of_range(name, number, length)),
    }
}

fn out_of_range(name: &str, index: impl std::fmt::Display, length: usize) -> Fault {
    Fault::new(format!(
        "`{name}` cannot reach byte {index} of a string of {length}"
    ))
    .help("count bytes from 0; check the length with `len`")
}
