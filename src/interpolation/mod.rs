//! Packer's interpolation: the Go templates in the strings of a Packer template, such as
//! ``{{user `atlas_token`}}`` and `{{isotime "2006-01-02"}}`.
//!
//! The language is that of Go's `text/template`, the functions are those of Packer 1.2.5's
//! `template/interpolate`. As there, a template runs without data: its dot is nothing.

mod case;
mod functions;
mod layout;
mod scope;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

use crate::gotemplate;
pub use crate::gotemplate::Error as InterpolationError;
pub use scope::{Environment, Scope};

/// The name that Packer gives every template (`template/interpolate/i.go`).
const NAME: &str = "root";

/// A parsed template.
#[derive(Debug, Clone, PartialEq)]
pub struct Template(gotemplate::Template);

impl Template {
    /// Parses `text`. What functions a template calls is checked here, not how it calls them.
    ///
    /// # Errors
    ///
    /// If `text` is not a template, or calls a function that does not exist.
    pub fn parse(text: &str) -> Result<Self, InterpolationError> {
        gotemplate::Template::parse(NAME, text, Scope::LIBRARY).map(Self)
    }

    /// The text that the template gives in `scope`.
    ///
    /// # Errors
    ///
    /// If a function cannot answer in `scope` or does not take what it is given, or if the
    /// template takes too long or gives more than 1 MiB.
    pub fn render(&self, scope: &Scope<'_>) -> Result<String, InterpolationError> {
        self.0.render(Scope::LIBRARY, scope)
    }

    /// The string literals given directly to calls of the function called `function`: for `env`,
    /// the environment variables that the template names.
    pub fn literal_arguments(&self, function: &str) -> Vec<&str> {
        self.0.literal_arguments(function)
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
