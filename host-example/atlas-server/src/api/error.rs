//! What can be wrong with a request: always `{"errors":["…"]}`.
//!
//! The client shows these sentences for 400 and 422 only; other statuses speak for themselves to it.

use std::time::Duration;

use axum::{
    Json,
    http::{StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use thiserror::Error;
use utoipa::ToSchema;

use super::problem::Problem;
use crate::database::DatabaseError;

/// What the client is told.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Errors {
    /// Sentences.
    #[schema(min_items = 1)]
    errors: Vec<String>,
}

/// Why a request is not answered with success.
#[derive(Debug, Error)]
pub(crate) enum ApiError {
    /// 400: not the syntax the endpoint reads.
    #[error("{0}")]
    Malformed(String),
    /// 401: no token, or one that is not accepted.
    #[error("Authentication failed")]
    Unauthenticated,
    /// 403: seen, but not to be used that way.
    #[error("This needs {0} access to the organisation")]
    Forbidden(&'static str),
    /// 404: no such thing.
    #[error("{0}")]
    NotFound(&'static str),
    /// 405: the path knows other methods.
    #[error("The path does not take this method")]
    MethodNotAllowed,
    /// 409: a newer request goes on with the upload.
    #[error("Another request has taken the upload over")]
    TakenOver,
    /// 411: the length of the body must be known before.
    #[error("Content-Length is missing")]
    LengthRequired,
    /// 413: the body is larger than any sensible one.
    #[error("The body is larger than {0} bytes")]
    TooLarge(usize),
    /// 415: the endpoint takes one type.
    #[error("Content-Type must be {0}")]
    UnsupportedType(&'static str),
    /// 416: no byte of the file is in the range.
    #[error("The range is behind the end of the file")]
    Unsatisfiable,
    /// 422: readable, but not acceptable; everything that is wrong.
    #[error("{}", .0.join(", "))]
    Invalid(Vec<String>),
    /// What the draft of resumable uploads has a name for.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// 429: guessed too often.
    #[error("There were too many wrong passwords: try again in {} seconds", .0.as_secs() + 1)]
    TooMany(Duration),
    /// 503: it may be better later.
    #[error("{0}")]
    Unavailable(&'static str),
    /// 500: not the client's fault.
    #[error("The server failed: {0}")]
    Internal(String),
}

impl ApiError {
    /// 422 with one sentence.
    pub(crate) fn invalid(sentence: impl Into<String>) -> Self {
        Self::Invalid(vec![sentence.into()])
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TakenOver => StatusCode::CONFLICT,
            Self::LengthRequired => StatusCode::LENGTH_REQUIRED,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unsatisfiable => StatusCode::RANGE_NOT_SATISFIABLE,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Problem(problem) => problem.status(),
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status();
        let retry_after = match self {
            Self::TooMany(rest) => Some([(RETRY_AFTER, (rest.as_secs() + 1).to_string())]),
            _ => None,
        };
        let errors = match self {
            Self::Invalid(errors) => errors,
            Self::Problem(problem) => return problem.into_response(),
            Self::Internal(_) => {
                // For whoever runs the server; the client need not know its files and tables.
                eprintln!("atlas-server: {self}");
                vec!["The server failed".to_owned()]
            }
            error => vec![error.to_string()],
        };
        (status, retry_after, Json(Errors { errors })).into_response()
    }
}

impl From<Vec<String>> for ApiError {
    fn from(errors: Vec<String>) -> Self {
        Self::Invalid(errors)
    }
}

impl From<DatabaseError> for ApiError {
    fn from(error: DatabaseError) -> Self {
        if error.is_about_text() {
            return Self::Malformed("Text must have no zero byte in it".to_owned());
        }
        if error.is_about_what_is_gone() {
            return Self::NotFound("What this belongs to has been deleted meanwhile");
        }
        Self::Internal(error.to_string())
    }
}

impl From<std::io::Error> for ApiError {
    fn from(error: std::io::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<object_store::Error> for ApiError {
    fn from(error: object_store::Error) -> Self {
        Self::Internal(error.to_string())
    }
}
