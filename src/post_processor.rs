//! One `atlas` post-processor of a build, as the host hands it over.

/// Where a text stands in a larger document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// JSON Pointer to it in that document.
    pub pointer: String,
    /// Line on which it begins, the first is 1.
    pub line: u32,
    /// Column in Unicode scalar values at which it begins, the first is 1.
    pub column: u32,
}

/// One `atlas` post-processor of a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostProcessor {
    /// Its configuration, a JSON text: an object, or just the string `"atlas"`.
    pub config: String,
    /// Where `config` stands, if it was cut from a template.
    pub origin: Option<Origin>,
    /// Whether it publishes the artifact of the one before it instead of the build's own.
    pub chained: bool,
}
