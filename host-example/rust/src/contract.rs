//! The types of the contract (`wit/`), generated from it, under the names that this crate gives them.

use crate::runtime::{fetching, http, packing, publishing, reporting, steps, template, types};

pub use fetching::{Field, Options as FetchOptions, Query};
pub use http::{
    Body, BodySource, ByteRange, Header, Method, Request, Response, Saved, TransportError,
};
pub(crate) use packing::Block;
pub use publishing::Options;
pub use reporting::{Ending, Report, Style};
pub use steps::{
    Achievement, Download, Failure, Found, Outcome, PackError, Pause, Receipt, RetryPolicy, Step,
    Version,
};
pub use template::Selection;
pub use types::{
    Artifact, Build, Diagnostic, FileError, Origin, Position, PostProcessor, Run, Severity, Source,
};

#[allow(clippy::derivable_impls, reason = "the type is generated")]
impl Default for Run {
    fn default() -> Self {
        Run {
            template_path: None,
            working_directory: None,
            packer_version: None,
            started_at: None,
            variables: Vec::new(),
        }
    }
}

impl Default for Options {
    /// The component's own policy for retries; what was published is looked for at the end.
    fn default() -> Self {
        Options {
            retry: None,
            confirm: true,
            checkpoint: None,
        }
    }
}

#[allow(clippy::derivable_impls, reason = "the type is generated")]
impl Default for FetchOptions {
    /// Address and token of the environment, the component's own policy for retries.
    fn default() -> Self {
        FetchOptions {
            address: None,
            token: None,
            retry: None,
            checkpoint: None,
            saved: 0,
        }
    }
}

impl Query {
    /// The latest version of `user/name/type`, or the one that is named `user/name/type/version`.
    pub fn new(slug: impl Into<String>) -> Self {
        Query {
            slug: slug.into(),
            version: None,
            build: None,
            metadata: Vec::new(),
            field: None,
        }
    }
}

impl Achievement {
    /// What Atlas holds now; nothing if nothing was published.
    pub fn into_receipts(self) -> Vec<Receipt> {
        match self {
            Self::Published(receipts) => receipts,
            Self::Found(_) | Self::Downloaded(_) => Vec::new(),
        }
    }
}

#[allow(clippy::derivable_impls, reason = "the type is generated")]
impl Default for Style {
    /// No colour, the component's own width, and only what is done.
    fn default() -> Self {
        Style {
            color: false,
            width: None,
            verbosity: 0,
        }
    }
}

impl Response {
    /// What an answer begins with; nothing is known yet of its body, and of the request's.
    pub(crate) fn head<V: AsRef<[u8]>>(
        status: u16,
        headers: impl IntoIterator<Item = (String, V)>,
    ) -> Self {
        let text = |value: V| String::from_utf8_lossy(value.as_ref()).into_owned();
        let headers = headers.into_iter();
        Self {
            status,
            headers: headers.map(|(name, value)| (name, text(value))).collect(),
            body: Vec::new(),
            sent: 0,
            sent_sha256: None,
            saved: None,
        }
    }
}

impl From<Result<Response, TransportError>> for Outcome {
    fn from(answer: Result<Response, TransportError>) -> Self {
        match answer {
            Ok(response) => Self::Answered(response),
            Err(error) => Self::NoAnswer(error),
        }
    }
}

impl From<std::io::Error> for FileError {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::NotFound => Self::NotFound,
            ErrorKind::PermissionDenied => Self::AccessDenied,
            ErrorKind::IsADirectory => Self::IsDirectory,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::NoSpace,
            ErrorKind::ResourceBusy | ErrorKind::WouldBlock => Self::InUse,
            _ => Self::Other(error.to_string()),
        }
    }
}
