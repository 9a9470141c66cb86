//! Answers, for the description: the same for all endpoints of a kind. But for downloads, what is refused.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use utoipa::{
    IntoResponses, PartialSchema,
    openapi::{Content, HeaderBuilder, Ref, RefOr, Response, ResponseBuilder},
};

type Answers = BTreeMap<String, RefOr<Response>>;

/// Refusals of what reads.
pub(super) struct Reading;

impl IntoResponses for Reading {
    fn responses() -> Answers {
        errors(&[401, 404, 422])
    }
}

/// Answers to a download.
pub(super) struct Downloading;

impl IntoResponses for Downloading {
    fn responses() -> Answers {
        let file = |description: &str| {
            let bytes = Content::new(Some(Ref::from_schema_name("Bytes")));
            ResponseBuilder::new()
                .description(description)
                .content("application/octet-stream", bytes)
        };
        let header = |description: &str| {
            let header = HeaderBuilder::new().schema(Some(String::schema()));
            header.description(Some(description)).build()
        };
        let whole = file("The file")
            .header("ETag", header("The SHA-256 in hexadecimal digits"))
            .header("Repr-Digest", header("The SHA-256"));
        let mut answers = errors(&[401, 404, 416, 422]);
        answers.extend(
            [
                (StatusCode::OK, whole.build()),
                (
                    StatusCode::PARTIAL_CONTENT,
                    file("A part of the file").build(),
                ),
                (
                    StatusCode::FOUND,
                    Response::new("The file is in S3: where to fetch it"),
                ),
                (StatusCode::NOT_MODIFIED, Response::new("The file is known")),
            ]
            .map(|(status, answer)| (status.as_str().to_owned(), RefOr::T(answer))),
        );
        answers
    }
}

/// Refusals of what changes something, or shows it to owners.
pub(super) struct Managing;

impl IntoResponses for Managing {
    fn responses() -> Answers {
        errors(&[401, 403, 404, 422])
    }
}

/// Refusals of what has a body.
pub(super) struct Writing;

impl IntoResponses for Writing {
    fn responses() -> Answers {
        errors(&[400, 401, 403, 404, 413, 422])
    }
}

/// Refusals of a log-in.
pub(super) struct LoggingIn;

impl IntoResponses for LoggingIn {
    fn responses() -> Answers {
        errors(&[400, 401, 413, 429])
    }
}

/// Refusals of what goes to an upload's URL.
pub(super) struct Uploading;

impl IntoResponses for Uploading {
    fn responses() -> Answers {
        let mut answers = errors(&[400, 404, 405, 409, 411, 415, 422]);
        for status in ["400", "409"] {
            if let Some(RefOr::T(answer)) = answers.get_mut(status) {
                let problem = Content::new(Some(Ref::from_schema_name("Problem")));
                answer
                    .content
                    .insert("application/problem+json".to_owned(), RefOr::T(problem));
            }
        }
        answers
    }
}

fn errors(statuses: &[u16]) -> Answers {
    let answer = |status: &u16| {
        let reason = StatusCode::from_u16(*status).ok()?.canonical_reason()?;
        let mut answer = Response::new(reason);
        let errors = Content::new(Some(Ref::from_schema_name("Errors")));
        answer
            .content
            .insert("application/json".to_owned(), RefOr::T(errors));
        Some((status.to_string(), RefOr::T(answer)))
    };
    statuses.iter().filter_map(answer).collect()
}
