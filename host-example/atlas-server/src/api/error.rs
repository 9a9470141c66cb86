//! What can be wrong with a request: always `{"errors":["…"]}`.
//!
//! The client shows these sentences for 400 and 422 only; other statuses speak for themselves to it.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;
use thiserror::Error;

use crate::database::DatabaseError;

/// Why a request is not answered with success.
#[derive(Debug, Error)]
pub(crate) enum ApiError {
    /// 400: not the syntax the endpoint reads.
    #[error("{0}")]
    Malformed(String),
    /// 401: no token, or one that is not accepted.
    #[error("Authentication failed")]
    Unauthenticated,
    /// 404: no such thing.
    #[error("{0}")]
    NotFound(&'static str),
    /// 405: the path knows other methods.
    #[error("The path does not take this method")]
    MethodNotAllowed,
    /// 413: the body is larger than any sensible one.
    #[error("The body is larger than {0} bytes")]
    TooLarge(usize),
    /// 422: readable, but not acceptable; everything that is wrong.
    #[error("{}", .0.join(", "))]
    Invalid(Vec<String>),
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
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status();
        let errors = match self {
            Self::Invalid(errors) => errors,
            Self::Internal(_) => {
                // For whoever runs the server; the client need not know its files and tables.
                eprintln!("atlas-server: {self}");
                vec!["The server failed".to_owned()]
            }
            error => vec![error.to_string()],
        };
        (status, Json(json!({ "errors": errors }))).into_response()
    }
}

impl From<Vec<String>> for ApiError {
    fn from(errors: Vec<String>) -> Self {
        Self::Invalid(errors)
    }
}

impl From<DatabaseError> for ApiError {
    fn from(error: DatabaseError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<object_store::Error> for ApiError {
    fn from(error: object_store::Error) -> Self {
        Self::Internal(error.to_string())
    }
}
