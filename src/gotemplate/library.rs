//! All functions that a template can call: Go's own, and those from outside.

use super::builtins::BUILTINS;
use super::error::Fault;
use super::function::{Function, Signature};
use super::value::Value;

/// The functions from outside.
pub struct Library<'a, S> {
    /// They come before Go's own of the same name.
    pub functions: &'a [Function<S>],
    /// The one that reads a variable by its name, which help shows.
    pub reader: &'static str,
}

/// What a parser knows of the functions.
pub(super) struct Vocabulary {
    /// Their names.
    pub(super) names: Vec<&'static str>,
    pub(super) reader: &'static str,
}

/// A function and what it answers from.
pub(super) enum Callee<'s, S> {
    Builtin(&'static Function<str>, &'s str),
    Outside(&'s Function<S>, &'s S),
}

impl<'s, S> Library<'s, S> {
    pub(super) fn vocabulary(&self) -> Vocabulary {
        let builtins = BUILTINS.iter().map(|function| function.signature.name);
        let others = self.functions.iter().map(|f| f.signature.name);
        Vocabulary {
            names: builtins.chain(others).collect(),
            reader: self.reader,
        }
    }

    /// The function called `name`.
    pub(super) fn callee(&self, name: &str, scope: &'s S) -> Option<Callee<'s, S>> {
        let mut others = self.functions.iter();
        if let Some(function) = others.find(|function| function.signature.name == name) {
            return Some(Callee::Outside(function, scope));
        }
        let function = BUILTINS.iter().find(|f| f.signature.name == name)?;
        Some(Callee::Builtin(function, self.reader))
    }
}

impl<S> Callee<'_, S> {
    pub(super) fn signature(&self) -> &Signature {
        match self {
            Self::Builtin(function, _) => &function.signature,
            Self::Outside(function, _) => &function.signature,
        }
    }

    pub(super) fn call(&self, arguments: &[Value]) -> Result<Value, Fault> {
        match self {
            Self::Builtin(function, reader) => (function.run)(arguments, reader),
            Self::Outside(function, scope) => (function.run)(arguments, scope),
        }
    }
}
