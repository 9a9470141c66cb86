//! `print` and `println`, and how an action prints its value: Go's `fmt.Sprint` and
//! `fmt.Sprintln`.

use super::format::{Format, Sink};
use super::value::Value;

/// What Go prints for a value that is not there.
const NO_VALUE: &[u8] = b"<no value>";

/// What an action prints for its value.
pub(super) fn action(value: &Value) -> Vec<u8> {
    match value {
        Value::Nil => NO_VALUE.to_vec(),
        value => print(std::slice::from_ref(value)),
    }
}

/// The values one after the other, with a space between two that are not strings.
pub(super) fn print(values: &[Value]) -> Vec<u8> {
    let mut sink = Sink::default();
    let mut after_string = true;
    for value in values {
        let string = matches!(value, Value::Text(_));
        if !string && !after_string {
            sink.push(b" ");
        }
        Format::default().value(&mut sink, value, 'v');
        after_string = string;
    }
    sink.bytes
}

/// The values with spaces between them and the end of a line behind them.
pub(super) fn println(values: &[Value]) -> Vec<u8> {
    let mut sink = Sink::default();
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            sink.push(b" ");
        }
        Format::default().value(&mut sink, value, 'v');
    }
    sink.push(b"\n");
    sink.bytes
}

/// The values as the escaping functions take them.
pub(super) fn escapable(values: &[Value]) -> Vec<u8> {
    let shown = values.iter().map(|value| match value {
        Value::Nil => Value::text(NO_VALUE),
        value => value.clone(),
    });
    print(&shown.collect::<Vec<_>>())
}
