//! What goes wrong with a resumable upload, as problem types (RFC 9457) of its draft.
//!
//! `errors` says the same in Atlas's own form.

use axum::{
    Json,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use thiserror::Error;
use utoipa::ToSchema;

use super::header_names::UPLOAD_OFFSET;

/// Why a request to an upload is refused.
#[derive(Debug, Error)]
pub(crate) enum Problem {
    /// 409: the bytes would leave a gap or overlap.
    #[error("The upload goes on at {expected}, not at {provided}")]
    MismatchingOffset {
        /// Where the upload goes on.
        expected: u64,
        /// Where the client would.
        provided: u64,
    },
    /// 400: nothing can be added.
    #[error("The upload is complete already")]
    Completed,
    /// 400: what the client says of the whole length does not agree.
    #[error("The lengths given for the upload do not agree")]
    InconsistentLength,
}

impl Problem {
    /// The status of the answer.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::MismatchingOffset { .. } => StatusCode::CONFLICT,
            Self::Completed | Self::InconsistentLength => StatusCode::BAD_REQUEST,
        }
    }
}

/// A problem as JSON.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) struct ProblemJson {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    errors: [String; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_offset: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provided_offset: Option<u64>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, title) = (self.status(), self.to_string());
        let kind = match self {
            Self::MismatchingOffset { .. } => "mismatching-upload-offset",
            Self::Completed => "completed-upload",
            Self::InconsistentLength => "inconsistent-upload-length",
        };
        let (expected_offset, provided_offset) = match self {
            Self::MismatchingOffset { expected, provided } => (Some(expected), Some(provided)),
            Self::Completed | Self::InconsistentLength => (None, None),
        };
        let offset = expected_offset.map(|offset| [(UPLOAD_OFFSET, offset.to_string())]);
        let body = ProblemJson {
            kind: format!("https://iana.org/assignments/http-problem-types#{kind}"),
            title: title.clone(),
            errors: [title],
            expected_offset,
            provided_offset,
        };
        let content_type = [(CONTENT_TYPE, "application/problem+json")];
        (status, offset, content_type, Json(body)).into_response()
    }
}
