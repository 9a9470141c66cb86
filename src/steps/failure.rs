//! Why publishing or fetching ended early.

use super::Receipt;
use crate::atlas::{ApiError, Request, TransportError};
use crate::sanitize::sanitize_and_cut;

/// The most characters of an HTTP library's words that are shown.
const MOST_SHOWN: usize = 300;

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
    /// The host can't keep the checkpoint.
    CheckpointNotKept,
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
    /// Atlas does not list what was published, or lists something else.
    NotConfirmed,
    /// Nothing is there of what was looked for.
    NothingFound,
    /// What was downloaded is not what Atlas says.
    FileDiffers,
    /// The host can't write the file of a download.
    FileNotWritten,
    /// The link that a file is uploaded to is not valid any more.
    UploadExpired,
    /// The component is wrong.
    InternalError,
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
            Self::CheckpointNotKept => "checkpoint-not-kept",
            Self::FileUnreadable => "file-unreadable",
            Self::NotPacked => "not-packed",
            Self::UnsafeUploadPath => "unsafe-upload-path",
            Self::VersionInDoubt => "version-in-doubt",
            Self::FilesChanged => "files-changed",
            Self::NotConfirmed => "not-confirmed",
            Self::NothingFound => "nothing-found",
            Self::FileDiffers => "file-differs",
            Self::FileNotWritten => "file-not-written",
            Self::UploadExpired => "upload-expired",
            Self::InternalError => "internal-error",
        }
    }
}

/// Why it ended early.
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

    /// The publication is where it can't be.
    pub fn internal() -> Self {
        let message =
            "the component is in a state that it can't be in: please report this as a bug";
        Self::new(FailureCode::InternalError, message.into())
    }

    /// What a response said later. `attempt` is what was tried, in words that follow "could not".
    pub fn api(attempt: &str, error: ApiError) -> Self {
        let why = Self::explain(&error, true);
        Self::new(Self::code_of(&error), format!("could not {attempt}: {why}"))
    }

    pub(crate) fn code_of(error: &ApiError) -> FailureCode {
        match error {
            ApiError::Authentication => FailureCode::AuthenticationFailed,
            ApiError::NotFound => FailureCode::NotFound,
            ApiError::Rejected(_) => FailureCode::Rejected,
            ApiError::Redirect(_) | ApiError::Status { .. } => FailureCode::UnexpectedStatus,
            ApiError::Unreadable { .. } => FailureCode::UnexpectedAnswer,
        }
    }

    /// An error, and what to do about it.
    pub fn explain(error: &ApiError, is_verified: bool) -> String {
        let help = match error {
            ApiError::Authentication if is_verified => {
                " any more: it has expired or been revoked since this publication began; with a new \
                 token, --resume goes on from the checkpoint"
            }
            ApiError::Authentication => "; check `token`, or ATLAS_TOKEN",
            ApiError::NotFound => "; check `atlas_url`, and that the user or organization exists",
            ApiError::Unreadable { .. } => "; check that `atlas_url` leads to Atlas",
            _ => "",
        };
        format!("{error}{help}")
    }

    /// The same, with why it was not tried any more, if it was given up.
    pub fn given_up(mut self, why: Option<&str>) -> Self {
        if let Some(why) = why {
            self.message += &format!(" ({why})");
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
                let method = request.method.as_str();
                format!("{} ({method} {})", request.purpose, request.url)
            }
            Some(request) => request.purpose.clone(),
            None => "go on".into(),
        };
        let error = sanitize_and_cut(&error.to_string(), MOST_SHOWN);
        Self::new(code, format!("could not {attempt}: {error}"))
    }
}
