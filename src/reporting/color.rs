//! Colours of texts for people, by the escape sequences of ECMA-48.

/// Colours texts, or leaves them as they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Color(bool);

impl Color {
    pub(super) fn new(on: bool) -> Self {
        Self(on)
    }

    /// What stands in the way.
    pub(super) fn error(self, text: &str) -> String {
        self.with("1;31", text)
    }

    /// What is worth a look.
    pub(super) fn warning(self, text: &str) -> String {
        self.with("1;33", text)
    }

    /// What matters.
    pub(super) fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    /// What is around a piece of a document.
    pub(super) fn frame(self, text: &str) -> String {
        self.with("1;34", text)
    }

    fn with(self, code: &str, text: &str) -> String {
        match self.0 {
            true => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            false => text.into(),
        }
    }
}
