//! The functions of a template: their names, what they take, and where they are carried out.
//!
//! Those of every Go template are in the documentation of `text/template`; Packer's are in Packer
//! 1.2.5's `template/interpolate/funcs.go`.

use std::cmp::Ordering;

use super::error::Fault;
use super::scope::Scope;
use super::value::Value;
use super::{comparison, escape, packer, print, printf, strings};

/// The longest string that a function gives, and the longest text that a template gives.
pub(super) const LONGEST: usize = 1 << 20;

/// A function of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    And,
    BuildName,
    BuildType,
    Call,
    Env,
    Eq,
    Ge,
    Gt,
    Html,
    Index,
    Isotime,
    Js,
    Le,
    Len,
    Lower,
    Lt,
    Ne,
    Not,
    Or,
    PackerVersion,
    Print,
    Printf,
    Println,
    Pwd,
    Slice,
    TemplateDir,
    Timestamp,
    Upper,
    Urlquery,
    User,
    Uuid,
}

/// What a function takes in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parameter {
    Any,
    Text,
}

/// What a function is called and what it takes.
pub(super) struct Signature {
    pub(super) name: &'static str,
    function: Function,
    fixed: &'static [Parameter],
    /// What it takes any number of, after the others.
    rest: Option<Parameter>,
}

const NONE: &[Parameter] = &[];
const ANY: &[Parameter] = &[Parameter::Any];
const TWO: &[Parameter] = &[Parameter::Any, Parameter::Any];
const TEXT: &[Parameter] = &[Parameter::Text];
const MORE: Option<Parameter> = Some(Parameter::Any);

/// Every function, by name.
static SIGNATURES: [Signature; 31] = [
    signature("and", Function::And, ANY, MORE),
    signature("build_name", Function::BuildName, NONE, None),
    signature("build_type", Function::BuildType, NONE, None),
    signature("call", Function::Call, ANY, MORE),
    signature("env", Function::Env, TEXT, None),
    signature("eq", Function::Eq, ANY, MORE),
    signature("ge", Function::Ge, TWO, None),
    signature("gt", Function::Gt, TWO, None),
    signature("html", Function::Html, NONE, MORE),
    signature("index", Function::Index, ANY, MORE),
    signature("isotime", Function::Isotime, NONE, Some(Parameter::Text)),
    signature("js", Function::Js, NONE, MORE),
    signature("le", Function::Le, TWO, None),
    signature("len", Function::Len, ANY, None),
    signature("lower", Function::Lower, TEXT, None),
    signature("lt", Function::Lt, TWO, None),
    signature("ne", Function::Ne, TWO, None),
    signature("not", Function::Not, ANY, None),
    signature("or", Function::Or, ANY, MORE),
    signature("packer_version", Function::PackerVersion, NONE, None),
    signature("print", Function::Print, NONE, MORE),
    signature("printf", Function::Printf, TEXT, MORE),
    signature("println", Function::Println, NONE, MORE),
    signature("pwd", Function::Pwd, NONE, None),
    signature("slice", Function::Slice, ANY, MORE),
    signature("template_dir", Function::TemplateDir, NONE, None),
    signature("timestamp", Function::Timestamp, NONE, None),
    signature("upper", Function::Upper, TEXT, None),
    signature("urlquery", Function::Urlquery, NONE, MORE),
    signature("user", Function::User, TEXT, None),
    signature("uuid", Function::Uuid, NONE, None),
];

const fn signature(
    name: &'static str,
    function: Function,
    fixed: &'static [Parameter],
    rest: Option<Parameter>,
) -> Signature {
    Signature {
        name,
        function,
        fixed,
        rest,
    }
}

/// The names of all functions.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    SIGNATURES.iter().map(|signature| signature.name)
}

impl Function {
    /// The function called `name`.
    pub(super) fn named(name: &str) -> Option<Self> {
        let signature = SIGNATURES.iter().find(|signature| signature.name == name)?;
        Some(signature.function)
    }

    pub(super) fn signature(self) -> &'static Signature {
        let [first, ..] = &SIGNATURES;
        let mut all = SIGNATURES.iter();
        all.find(|signature| signature.function == self)
            .unwrap_or(first)
    }
}

impl Signature {
    /// What the function takes as argument `index`, counted from 0.
    pub(super) fn parameter(&self, index: usize) -> Parameter {
        let parameter = self.fixed.get(index).copied().or(self.rest);
        parameter.unwrap_or(Parameter::Any)
    }

    /// Refuses a number of arguments that the function does not take.
    pub(super) fn check_count(&self, count: usize) -> Result<(), Fault> {
        let wanted = self.fixed.len();
        if count == wanted || count > wanted && self.rest.is_some() {
            return Ok(());
        }
        let least = if self.rest.is_some() { "at least " } else { "" };
        let arguments = match wanted {
            0 => "no arguments".to_owned(),
            1 => format!("{least}1 argument"),
            _ => format!("{least}{wanted} arguments"),
        };
        let fault = Fault::new(format!("`{}` takes {arguments}, not {count}", self.name));
        Err(match self.fixed {
            [] => fault.help(format!("write {{{{{}}}}}", self.name)),
            [Parameter::Text] => fault.help(format!("write {{{{{} `…`}}}}", self.name)),
            _ => fault.help("an argument that is a call itself stands in parentheses"),
        })
    }

    /// Refuses a value that the function does not take as argument `index`, counted from 0.
    pub(super) fn check_type(&self, index: usize, value: &Value) -> Result<(), Fault> {
        match (self.parameter(index), value) {
            (Parameter::Any, _) | (_, Value::Text(_)) => Ok(()),
            (Parameter::Text, _) => {
                let (name, position) = (self.name, index + 1);
                let given = value.described();
                Err(Fault::new(format!(
                    "`{name}` takes a string as argument {position}, not {given}"
                ))
                .help("write a string in \"…\" or `…`; `print` makes a string of any value"))
            }
        }
    }
}

/// Carries out `function`; its arguments are as many and of the types that it takes.
pub(super) fn call(
    function: Function,
    arguments: &[Value],
    scope: &Scope<'_>,
) -> Result<Value, Fault> {
    let text = match (function, arguments) {
        (Function::And, [.., last]) => return Ok(last.clone()),
        (Function::Or, [.., last]) => return Ok(last.clone()),
        (Function::Not, [value]) => return Ok(Value::Bool(!value.is_true())),
        (Function::Eq, [value, others @ ..]) => {
            return comparison::equals_any(value, others).map(Value::Bool);
        }
        (Function::Ne, [a, b]) => {
            let equal = comparison::equals_any(a, std::slice::from_ref(b))?;
            return Ok(Value::Bool(!equal));
        }
        (Function::Lt, [a, b]) => return ordered(a, b, Ordering::is_lt),
        (Function::Le, [a, b]) => return ordered(a, b, Ordering::is_le),
        (Function::Gt, [a, b]) => return ordered(a, b, Ordering::is_gt),
        (Function::Ge, [a, b]) => return ordered(a, b, Ordering::is_ge),
        (Function::Len, [value]) => return strings::length(value),
        (Function::Index, [value, indexes @ ..]) => return strings::index(value, indexes),
        (Function::Slice, [value, indexes @ ..]) => return strings::slice(value, indexes),
        (Function::Html, _) => escape::html(&print::escapable(arguments)),
        (Function::Js, _) => escape::js(&print::escapable(arguments)),
        (Function::Urlquery, _) => escape::url_query(&print::escapable(arguments)),
        (Function::Print, _) => print::print(arguments),
        (Function::Println, _) => print::println(arguments),
        (Function::Printf, [Value::Text(format), rest @ ..]) => printf::printf(format, rest),
        (Function::Upper, [Value::Text(text)]) => super::text::upper(text),
        (Function::Lower, [Value::Text(text)]) => super::text::lower(text),
        (Function::Call, _) => {
            return Err(Fault::new("`call` has nothing to call").help(
                "Packer's templates hold no functions as values; write the function's name",
            ));
        }
        _ => packer::call(function, arguments, scope)?,
    };
    if text.len() > LONGEST {
        return Err(too_long());
    }
    Ok(Value::text(text))
}

fn ordered(a: &Value, b: &Value, holds: fn(Ordering) -> bool) -> Result<Value, Fault> {
    Ok(Value::Bool(holds(comparison::order(a, b)?)))
}

/// The fault of a text that is longer than any that is meant.
pub(super) fn too_long() -> Fault {
    Fault::new("the text becomes longer than 1 MiB").help("make less of it")
}
