//! A function of a template: what it is called, what it takes, and what carries it out.

use super::error::Fault;
use super::value::Value;

/// What a function takes in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    Any,
    Text,
}

/// What carries a function out, from a scope; its arguments are as many and of the types that the
/// signature says.
pub type Run<S> = fn(&[Value], &S) -> Result<Value, Fault>;

/// A function that answers from a scope.
pub struct Function<S: ?Sized> {
    pub(super) signature: Signature,
    pub(super) run: Run<S>,
}

/// What a function is called and what it takes.
pub(super) struct Signature {
    pub(super) name: &'static str,
    fixed: &'static [Parameter],
    /// What it takes any number of, after the others.
    rest: Option<Parameter>,
}

impl<S: ?Sized> Function<S> {
    /// A function that takes what is in `fixed` and any number of `rest` after it.
    pub const fn new(
        name: &'static str,
        fixed: &'static [Parameter],
        rest: Option<Parameter>,
        run: Run<S>,
    ) -> Self {
        let signature = Signature { name, fixed, rest };
        Self { signature, run }
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
