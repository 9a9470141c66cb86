//! Packer's interpolation: the Go templates in the strings of a Packer template, such as
//! ``{{user `atlas_token`}}`` and `{{isotime "2006-01-02"}}`.
//!
//! The language is that of Go's `text/template`, the functions are those of Packer 1.2.5's
//! `template/interpolate`. As there, a template runs without data: its dot is nothing and prints as
//! `<no value>`. Whatever the text, it is parsed and rendered in bounded time, memory and stack.

mod comparison;
mod cursor;
mod error;
mod escape;
mod evaluate;
mod float;
mod format;
mod functions;
mod layout;
mod lexer;
mod literal;
mod number;
mod packer;
mod parser;
mod pipeline;
mod print;
mod printf;
mod quote;
mod scope;
mod strings;
mod text;
mod tree;
mod value;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

pub use error::InterpolationError;
pub use scope::{Environment, Scope};

/// A parsed template.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    bodies: parser::Bodies,
}

impl Template {
    /// Parses `text`. What functions a template calls is checked here, not how it calls them.
    ///
    /// # Errors
    ///
    /// If `text` is not a template, or calls a function that does not exist.
    pub fn parse(text: &str) -> Result<Self, InterpolationError> {
        let bodies = parser::parse(text)?;
        Ok(Self { bodies })
    }

    /// The text that the template gives in `scope`.
    ///
    /// # Errors
    ///
    /// If a function cannot answer in `scope` or does not take what it is given, or if the
    /// template takes too long or gives more than 1 MiB.
    pub fn render(&self, scope: &Scope<'_>) -> Result<String, InterpolationError> {
        evaluate::evaluate(&self.bodies, parser::ROOT, scope).map(text::to_string)
    }

    /// The string literals given directly to calls of the function called `function`: for `env`,
    /// the environment variables that the template names.
    pub fn literal_arguments(&self, function: &str) -> Vec<&str> {
        let mut found = Vec::new();
        if let Some(function) = functions::Function::named(function) {
            for body in self.bodies.values() {
                tree::literals(body, function, &mut found);
            }
        }
        found
    }
}

/// Parses `text` and renders it in `scope`.
///
/// # Errors
///
/// As [`Template::parse`] and [`Template::render`].
pub fn render(text: &str, scope: &Scope<'_>) -> Result<String, InterpolationError> {
    // Most strings are no templates.
    if !text.contains("{{") {
        return Ok(text.to_owned());
    }
    Template::parse(text)?.render(scope)
}
