//! Go's `text/template`, for templates that run without data: their dot is nothing and prints as
//! `<no value>`. There are Go's own functions, and those that the caller brings as a [`Library`].
//!
//! Whatever the text, it is parsed and rendered in bounded time, memory and stack.

mod builtins;
mod comparison;
mod cursor;
mod error;
mod escape;
mod evaluate;
mod float;
mod format;
mod function;
mod lexer;
mod library;
mod limits;
mod literal;
mod number;
mod parser;
mod pipeline;
mod print;
mod printf;
mod quote;
mod strings;
mod text;
mod tree;
mod value;

#[cfg(test)]
mod tests;

pub use error::{Error, Fault};
pub use function::{Function, Parameter};
pub use library::Library;
pub use text::{runes, to_string};
pub use value::Value;

/// A parsed template.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    name: &'static str,
    bodies: tree::Bodies,
}

impl Template {
    /// Parses `text`, which is called `name`. What functions a template calls is checked here, not
    /// how it calls them.
    ///
    /// # Errors
    ///
    /// If `text` is not a template, or calls a function that does not exist.
    pub fn parse<S>(
        name: &'static str,
        text: &str,
        library: &Library<'_, S>,
    ) -> Result<Self, Error> {
        let bodies = parser::parse(name, text, &library.vocabulary()).map_err(|error| *error)?;
        Ok(Self { name, bodies })
    }

    /// The text that the template gives in `scope`.
    ///
    /// # Errors
    ///
    /// If a function cannot answer in `scope` or does not take what it is given, or if the
    /// template takes too long or gives more than 1 MiB.
    pub fn render<S>(&self, library: &Library<'_, S>, scope: &S) -> Result<String, Error> {
        evaluate::evaluate(&self.bodies, self.name.as_bytes(), library, scope)
            .map(to_string)
            .map_err(|error| *error)
    }

    /// The string literals given directly to calls of the function called `function`.
    pub fn literal_arguments(&self, function: &str) -> Vec<&str> {
        let mut found = Vec::new();
        for (_, body) in &self.bodies {
            tree::literals(body, function, &mut found);
        }
        found
    }
}
