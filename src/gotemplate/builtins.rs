//! The functions of every Go template, as in the documentation of `text/template`.
//!
//! What they answer from is the name of the function that their help shows.

use std::cmp::Ordering;

use super::error::Fault;
use super::function::{Function, Parameter};
use super::value::Value;
use super::{comparison, escape, print, printf, strings};

const NONE: &[Parameter] = &[];
const ANY: &[Parameter] = &[Parameter::Any];
const TWO: &[Parameter] = &[Parameter::Any, Parameter::Any];
const TEXT: &[Parameter] = &[Parameter::Text];
const MORE: Option<Parameter> = Some(Parameter::Any);

/// Every one, by name.
pub(super) static BUILTINS: [Function<str>; 19] = [
    Function::new("and", ANY, MORE, |a, _| Ok(last(a))),
    Function::new("call", ANY, MORE, |_, _| Err(nothing_to_call())),
    Function::new("eq", ANY, MORE, |a, reader| {
        Ok(Value::Bool(equal(a, reader)?))
    }),
    Function::new("ge", TWO, None, |a, r| ordered(a, r, Ordering::is_ge)),
    Function::new("gt", TWO, None, |a, r| ordered(a, r, Ordering::is_gt)),
    Function::new("html", NONE, MORE, |a, _| {
        text(escape::html(&print::escapable(a)))
    }),
    Function::new("index", ANY, MORE, |a, _| {
        let (value, indexes) = split(a);
        strings::index(value, indexes)
    }),
    Function::new("js", NONE, MORE, |a, _| {
        text(escape::js(&print::escapable(a)))
    }),
    Function::new("le", TWO, None, |a, r| ordered(a, r, Ordering::is_le)),
    Function::new("len", ANY, None, |a, _| strings::length(split(a).0)),
    Function::new("lt", TWO, None, |a, r| ordered(a, r, Ordering::is_lt)),
    Function::new("ne", TWO, None, |a, reader| {
        Ok(Value::Bool(!equal(a, reader)?))
    }),
    Function::new("not", ANY, None, |a, _| {
        Ok(Value::Bool(!split(a).0.is_true()))
    }),
    Function::new("or", ANY, MORE, |a, _| Ok(last(a))),
    Function::new("print", NONE, MORE, |a, _| text(print::print(a))),
    Function::new("printf", TEXT, MORE, |a, _| match a {
        [Value::Text(format), values @ ..] => text(printf::printf(format, values)),
        _ => text(Vec::new()),
    }),
    Function::new("println", NONE, MORE, |a, _| text(print::println(a))),
    Function::new("slice", ANY, MORE, |a, _| {
        let (value, indexes) = split(a);
        strings::slice(value, indexes)
    }),
    Function::new("urlquery", NONE, MORE, |a, _| {
        text(escape::url_query(&print::escapable(a)))
    }),
];

/// The first argument and the others.
fn split(arguments: &[Value]) -> (&Value, &[Value]) {
    arguments.split_first().unwrap_or((&Value::Nil, &[]))
}

/// What `and` and `or` give if all arguments before the last leave it open.
fn last(arguments: &[Value]) -> Value {
    arguments.last().cloned().unwrap_or(Value::Nil)
}

fn text(bytes: Vec<u8>) -> Result<Value, Fault> {
    Ok(Value::text(bytes))
}

fn equal(arguments: &[Value], reader: &str) -> Result<bool, Fault> {
    let (value, others) = split(arguments);
    comparison::equals_any(value, others, reader)
}

fn ordered(arguments: &[Value], reader: &str, holds: fn(Ordering) -> bool) -> Result<Value, Fault> {
    let (a, others) = split(arguments);
    let order = comparison::order(a, split(others).0, reader)?;
    Ok(Value::Bool(holds(order)))
}

fn nothing_to_call() -> Fault {
    Fault::new("`call` has nothing to call")
        .help("no value is a function here; write the function's name")
}
