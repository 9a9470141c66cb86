//! Why publishing ended early.

use super::step::Receipt;
use crate::atlas::upload::UploadUrlError;
use crate::atlas::{ApiError, Request, TransportError};

/// The stable names of failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureCode {
    /// The token is not accepted.
    AuthenticationFailed,
    /// Something that a request is about does not exist.
    NotFound,
    /// Atlas refused what was sent, in its words.
    Rejected,
    /// The server answered with a status that means nothing here.
    UnexpectedStatus,
    /// The server's answer can't be read.
    UnexpectedAnswer,
    /// There was no answer.
    Transport,
    /// A file can't be read.
    FileUnreadable,
    /// The archive can't be made.
    NotPacked,
    /// The place to upload to is not safe.
    UnsafeUploadPath,
    /// The answer about a new version is lost, and with it whether it was made.
    VersionInDoubt,
    /// The files are not what they were when the version was made.
    FilesChanged,
    /// Atlas does not list what was published.
    NotConfirmed,
}

impl FailureCode {
    /// The name as hosts see it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AuthenticationFailed => "authentication-failed",
            Self::NotFound => "not-found",
            Self::Rejected => "rejected",
            Self::UnexpectedStatus => "unexpected-status",
            Self::UnexpectedAnswer => "unexpected-answer",
            Self::Transport => "transport",
            Self::FileUnreadable => "file-unreadable",
            Self::NotPacked => "not-packed",
            Self::UnsafeUploadPath => "unsafe-upload-path",
            Self::VersionInDoubt => "version-in-doubt",
            Self::FilesChanged => "files-changed",
            Self::NotConfirmed => "not-confirmed",
        }
    }
}

/// Why publishing ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Its stable name.
    pub code: FailureCode,
    /// What happened and what to do.
    pub message: String,
    /// What was published before it.
    pub published: Vec<Receipt>,
}

impl Failure {
    /// A failure before anything was published.
    pub fn new(code: FailureCode, message: String) -> Self {
        Self {
            code,
            message,
            published: Vec::new(),
        }
    }

    /// What a response said. `attempt` is what was tried, in words that follow "could not".
    pub fn api(attempt: &str, error: ApiError) -> Self {
        let code = match &error {
            ApiError::Authentication => FailureCode::AuthenticationFailed,
            ApiError::NotFound => FailureCode::NotFound,
            ApiError::Rejected(_) => FailureCode::Rejected,
            ApiError::Redirect(_) | ApiError::Status { .. } => FailureCode::UnexpectedStatus,
            ApiError::Unreadable { .. } => FailureCode::UnexpectedAnswer,
        };
        let help = match code {
            FailureCode::AuthenticationFailed => "; check `token`, or ATLAS_TOKEN",
            FailureCode::NotFound => {
                "; check `atlas_url`, and that the user or organization exists"
            }
            FailureCode::UnexpectedAnswer => "; check that `atlas_url` leads to Atlas",
            _ => "",
        };
        Self::new(code, format!("could not {attempt}: {error}{help}"))
    }

    /// The same, with how often it was tried, if that was too often in the end.
    pub fn after_attempts(mut self, attempts: Option<u32>) -> Self {
        if let Some(attempts) = attempts.filter(|attempts| *attempts > 1) {
            self.message += &format!(" (tried {attempts} times)");
        }
        self
    }

    /// There was no answer.
    pub fn transport(request: Option<&Request>, error: &TransportError) -> Self {
        let code = match error {
            TransportError::BodyUnreadable(_) => FailureCode::FileUnreadable,
            TransportError::ResponseTooLarge => FailureCode::UnexpectedAnswer,
            _ => FailureCode::Transport,
        };
        let attempt = match request {
            Some(request) if !request.sensitive_url => {
                format!("{} ({} {})", request.purpose, request.method, request.url)
            }
            Some(request) => request.purpose.clone(),
            None => "go on".into(),
        };
        Self::new(code, format!("could not {attempt}: {error}"))
    }

    /// A file can't be published: what `packing` or the host said.
    pub fn files(code: FailureCode, error: &impl std::fmt::Display) -> Self {
        Self::new(
            code,
            format!("could not prepare the artifact's files: {error}"),
        )
    }

    /// Where to upload to is not safe.
    pub fn upload_path(slug: &str, error: &UploadUrlError) -> Self {
        let message = format!("{slug} was made, but its file can't be uploaded: {error}");
        Self::new(FailureCode::UnsafeUploadPath, message)
    }

    /// The files are not those that the version was made for.
    pub fn files_changed(page: &str) -> Self {
        let message = format!(
            "the artifact's files are not what they were when this publication was begun: look at \
             {page}, and publish them anew, without the checkpoint"
        );
        Self::new(FailureCode::FilesChanged, message)
    }

    /// The server made another version where it was asked for the same one again.
    pub fn made_twice(before: &str, now: &str) -> Self {
        let message = format!(
            "{before} was made, and asked for it again the server made {now}: delete one of them, and \
             publish anew, without the checkpoint"
        );
        Self::new(FailureCode::UnexpectedAnswer, message)
    }

    /// What was published can't be found.
    pub fn not_confirmed(receipt: &Receipt, error: &impl std::fmt::Display) -> Self {
        let message = format!(
            "{} is published, but could not be found by a search: {error}; look at {}",
            receipt.slug(),
            receipt.url
        );
        Self::new(FailureCode::NotConfirmed, message)
    }
}
