//! What is said about an input: one [`Diagnostic`] a finding, all of them at once.

/// Whether a finding stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Nothing can be published until this is mended.
    Error,
    /// Worth a look; publishing goes on.
    Warning,
}

/// A place in a text that the host gave.
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
    /// The checkpoint is none that this component wrote.
    MalformedCheckpoint,
    /// The checkpoint is about another publication.
    CheckpointMismatch,
    /// More was found than is worth listing.
    MoreFindings,
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
            Self::MoreFindings => "more-findings",
        }
    }
}

/// One finding about an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether it stands in the way.
    pub severity: Severity,
    /// Its stable name.
    pub code: Code,
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
    /// An error about something that stands in no text.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning about something that stands in no text.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    fn new(severity: Severity, code: Code, message: impl Into<String>) -> Self {
        Self {
            severity,
            code,
            pointer: String::new(),
            position: None,
            message: message.into(),
            help: None,
        }
    }

    /// The same with what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Whether any of these is an error.
pub fn any_error(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|d| d.severity == Severity::Error)
}
