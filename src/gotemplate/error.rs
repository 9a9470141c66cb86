//! What went wrong in a template, and where.

/// An error with the byte range of the template's text it is about.
///
/// Many hands pass it on, so that inside it is boxed: what they mostly pass is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// Where in the text it is, in bytes.
    pub offset: usize,
    /// How many bytes of the text it covers; at least 1, even at the end of the text.
    pub length: usize,
    /// What to do about it.
    pub help: Option<String>,
}

/// A byte range of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) offset: usize,
    pub(super) length: usize,
}

impl Span {
    pub(super) fn new(offset: usize, length: usize) -> Self {
        Self { offset, length }
    }

    /// The range from the start of this one to the end of `last`.
    pub(super) fn to(self, last: Self) -> Self {
        let end = (last.offset + last.length).max(self.offset + self.length);
        Self::new(self.offset, end - self.offset)
    }
}

/// What went wrong, for code that does not know where in the text it works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault(Box<Error>);

impl Fault {
    /// A fault of which `message` says what is wrong.
    pub fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Error {
            message: message.into(),
            offset: 0,
            length: 1,
            help: None,
        }))
    }

    /// The same with what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// The error that it is at a place.
    pub(super) fn at(mut self, span: Span) -> Box<Error> {
        self.0.offset = span.offset;
        self.0.length = span.length.max(1);
        self.0
    }
}
