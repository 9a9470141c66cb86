//! Who watches a publication or a fetch.

/// Watches a publication or a fetch, to show it to people. Every method does nothing unless written.
///
/// It gets what the component's [reporter](crate::Reporter) made of requests and answers, and never
/// these themselves: no secret can reach a log by it.
pub trait Observer: Sync {
    /// A line for people.
    fn line(&self, _text: &str) {}

    /// So many bytes of a file are sent, of so many.
    fn sent(&self, _bytes: u64, _of: u64) {}

    /// So many bytes of a file are there, of so many, if that is known.
    fn received(&self, _bytes: u64, _of: Option<u64>) {}

    /// So many bytes of the artifact's files are packed, of so many.
    fn packed(&self, _bytes: u64, _of: u64) {}
}

/// The observer that shows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {}
