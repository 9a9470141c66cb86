//! What is said about an input: one [`Diagnostic`] a finding, all of them at once. A [`Problem`] is one that
//! does not know yet where it is.

use std::fmt;

/// Whether a finding stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Nothing can be published until this is mended.
    Error,
    /// Worth a look; publishing goes on.
    Warning,
}

/// Which of the host's inputs a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The template.
    Template,
    /// A configuration that was not cut from a template.
    Configuration,
    /// User variables, or a file of them.
    Variables,
    /// What describes the artifact: a record, or Packer's manifest.
    Artifact,
    /// The artifact's files.
    Files,
    /// A checkpoint.
    Checkpoint,
    /// The environment variables.
    Environment,
    /// What is looked for in Atlas.
    Query,
}

impl Source {
    /// The name as programs see it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Template => "template",
            Self::Configuration => "configuration",
            Self::Variables => "variables",
            Self::Artifact => "artifact",
            Self::Files => "files",
            Self::Checkpoint => "checkpoint",
            Self::Environment => "environment",
            Self::Query => "query",
        }
    }
}

/// A place in one of the inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The input.
    pub source: Source,
    /// JSON Pointer (RFC 6901) to the value; "" is the whole document.
    pub pointer: String,
    /// Where it stands, if it stands in a text.
    pub position: Option<Position>,
}

/// Lines and columns in a text that the host gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line, the first is 1.
    pub line: u32,
    /// Column in Unicode scalar values, the first is 1.
    pub column: u32,
    /// How many Unicode scalar values of that line it concerns, at least 1.
    pub length: u32,
}

/// The stable names of findings. Hosts and scripts may rely on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// The text is not JSON.
    Syntax,
    /// The text is larger than anything that people write.
    TooLarge,
    /// A value is of a type that does not fit its key.
    WrongType,
    /// A key that means nothing here.
    UnknownKey,
    /// A key that is set twice in one object.
    DuplicateKey,
    /// A key that must be set is not.
    MissingField,
    /// A Go template in a string can't be interpolated.
    Interpolation,
    /// `artifact` is not `user/name`, or a part of it could change a URL's path.
    MalformedSlug,
    /// `artifact_type` could change a URL's path.
    MalformedType,
    /// The base URL is not one that can be used.
    MalformedUrl,
    /// The token would go over an unencrypted connection.
    InsecureUrl,
    /// There is no token.
    MissingToken,
    /// The token has characters that no HTTP header can carry.
    MalformedToken,
    /// ATLAS_BUILD_ID or ATLAS_COMPILE_ID is not a number.
    MalformedBuildId,
    /// A Vagrant box without the metadata `provider`.
    MissingProvider,
    /// The artifact states another type than the configuration.
    ArtifactTypeDiffers,
    /// A variable that must be given is not.
    MissingVariable,
    /// Two builders of the same name.
    DuplicateBuilder,
    /// No build of that name, or none at all.
    NoSuchBuild,
    /// The template has several builds and none was chosen.
    AmbiguousBuild,
    /// `only` and `except` contradict each other or name no builder.
    OnlyExcept,
    /// The template is for a newer Packer.
    PackerVersion,
    /// `atlas` stands beside a post-processor whose artifact it should publish.
    BesideSequence,
    /// The checkpoint is not one that this component wrote.
    MalformedCheckpoint,
    /// The checkpoint is about another publication.
    CheckpointMismatch,
    /// A file of the artifact can't be read.
    UnreadableFile,
    /// A file of the artifact does not exist.
    MissingFile,
    /// A symbolic link in the artifact never arrives at a file.
    BrokenLink,
    /// A symbolic link in the artifact leads out of what may be read.
    LinkOutside,
    /// A file changed while it was being packed.
    ChangedFile,
    /// The artifact's files can't be named in one archive.
    FileNames,
    /// The host asked for something that there is not.
    WrongArgument,
    /// The component itself is broken.
    InternalError,
    /// More was found than is worth listing.
    MoreFindings,
    /// The build has no `atlas` post-processor.
    NothingToPublish,
    /// A number has more digits than are sent.
    ImpreciseNumber,
    /// A token from the environment would go to an address that nobody named.
    NoAddress,
    /// Several entries of a manifest could be what the build made.
    AmbiguousArtifact,
    /// The file is not a Vagrant box.
    NotABox,
    /// The box is for another provider than the metadata says.
    ProviderDiffers,
}

impl Code {
    /// The name as hosts see it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::TooLarge => "too-large",
            Self::WrongType => "wrong-type",
            Self::UnknownKey => "unknown-key",
            Self::DuplicateKey => "duplicate-key",
            Self::MissingField => "missing-field",
            Self::Interpolation => "interpolation",
            Self::MalformedSlug => "malformed-slug",
            Self::MalformedType => "malformed-type",
            Self::MalformedUrl => "malformed-url",
            Self::InsecureUrl => "insecure-url",
            Self::MissingToken => "missing-token",
            Self::MalformedToken => "malformed-token",
            Self::MalformedBuildId => "malformed-build-id",
            Self::MissingProvider => "missing-provider",
            Self::ArtifactTypeDiffers => "artifact-type-differs",
            Self::MissingVariable => "missing-variable",
            Self::DuplicateBuilder => "duplicate-builder",
            Self::NoSuchBuild => "no-such-build",
            Self::AmbiguousBuild => "ambiguous-build",
            Self::OnlyExcept => "only-except",
            Self::PackerVersion => "packer-version",
            Self::BesideSequence => "beside-sequence",
            Self::MalformedCheckpoint => "malformed-checkpoint",
            Self::CheckpointMismatch => "checkpoint-mismatch",
            Self::UnreadableFile => "unreadable-file",
            Self::MissingFile => "missing-file",
            Self::BrokenLink => "broken-link",
            Self::LinkOutside => "link-outside",
            Self::ChangedFile => "changed-file",
            Self::FileNames => "file-names",
            Self::WrongArgument => "wrong-argument",
            Self::InternalError => "internal-error",
            Self::MoreFindings => "more-findings",
            Self::NothingToPublish => "nothing-to-publish",
            Self::ImpreciseNumber => "imprecise-number",
            Self::NoAddress => "no-address",
            Self::AmbiguousArtifact => "ambiguous-artifact",
            Self::NotABox => "not-a-box",
            Self::ProviderDiffers => "provider-differs",
        }
    }
}

/// What is wrong, before it is known where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Whether it stands in the way.
    pub severity: Severity,
    /// Its stable name.
    pub code: Code,
    /// What is wrong, without secrets.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Problem {
    /// An error.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message.into())
    }

    /// A warning.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message.into())
    }

    fn new(severity: Severity, code: Code, message: String) -> Self {
        Self {
            severity,
            code,
            message,
            help: None,
        }
    }

    /// The same with what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The finding that it is at that place.
    pub fn at(self, place: Place) -> Diagnostic {
        Diagnostic {
            severity: self.severity,
            code: self.code,
            source: place.source,
            pointer: place.pointer,
            position: place.position,
            message: self.message,
            help: self.help,
        }
    }

    /// The finding about a value of an input that is no text.
    pub fn about_value(self, source: Source, pointer: &str) -> Diagnostic {
        self.at(Place {
            source,
            pointer: pointer.to_owned(),
            position: None,
        })
    }

    /// The finding about an input as a whole.
    pub fn about(self, source: Source) -> Diagnostic {
        self.about_value(source, "")
    }
}

/// One finding about an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether it stands in the way.
    pub severity: Severity,
    /// Its stable name.
    pub code: Code,
    /// Which input it is about.
    pub source: Source,
    /// JSON Pointer (RFC 6901) to the value; "" is the whole document.
    pub pointer: String,
    /// Where it stands, if it stands in a text.
    pub position: Option<Position>,
    /// What is wrong, without secrets.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error about an input as a whole.
    pub fn error(source: Source, code: Code, message: impl Into<String>) -> Self {
        Problem::error(code, message).about(source)
    }

    /// The same with what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&sentence(&self.message, self.help.as_deref()))
    }
}

/// What is wrong and what to do about it, in one sentence.
pub fn sentence(message: &str, help: Option<&str>) -> String {
    help.map_or_else(|| message.to_owned(), |help| format!("{message}; {help}"))
}

/// `a`, `b`, `c`: as many as are worth reading, and how many more.
pub fn quoted_list<T: AsRef<str>>(names: &[T]) -> String {
    const MOST: usize = 20;
    let quoted: Vec<_> = names
        .iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .take(MOST)
        .collect();
    let list = quoted.join(", ");
    match names.len().saturating_sub(MOST) {
        0 => list,
        more => format!("{list} and {more} more"),
    }
}
