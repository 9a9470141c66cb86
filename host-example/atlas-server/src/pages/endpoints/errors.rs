//! What goes wrong, as a page, for those who ask for pages.

use axum::{
    body::{Body, to_bytes},
    extract::{FromRequestParts, Request, State},
    http::{
        StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    middleware::Next,
    response::Response,
};
use serde::Deserialize;

use super::accept::wants_page;
use crate::{
    api::App,
    pages::{error, layout, visitor::Visitor},
};

/// The largest answer that is read again.
const LARGEST: usize = 1 << 16;

/// Shows `{"errors":[…]}` as a page to those who ask for one.
pub(super) async fn as_pages(State(app): State<App>, request: Request, next: Next) -> Response {
    if !wants_page(request.headers()) {
        return next.run(request).await;
    }
    let path = request.uri().path_and_query().map(ToString::to_string);
    let (mut parts, body) = request.into_parts();
    let visitor = Visitor::from_request_parts(&mut parts, &app).await;
    let response = next.run(Request::from_parts(parts, body)).await;
    let is_error = response.status().is_client_error() || response.status().is_server_error();
    let is_json = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|t| t == "application/json");
    if !is_error || !is_json {
        return response;
    }
    let viewer = visitor.unwrap_or_default().viewer;
    page(response, |status, sentences| {
        let path = path.as_deref().unwrap_or("/");
        layout::answer(
            status,
            error::render(viewer.as_ref(), path, title(status), sentences),
        )
    })
    .await
}

async fn page(
    response: Response,
    render: impl FnOnce(StatusCode, &[String]) -> Response,
) -> Response {
    #[derive(Deserialize)]
    struct Errors {
        errors: Vec<String>,
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, LARGEST).await.unwrap_or_default();
    let Ok(Errors { errors }) = serde_json::from_slice(&body) else {
        return Response::from_parts(parts, Body::from(body));
    };
    let mut page = render(parts.status, &errors);
    // Such as Retry-After.
    for (name, value) in &parts.headers {
        if name != CONTENT_TYPE && name != CONTENT_LENGTH {
            page.headers_mut().append(name, value.clone());
        }
    }
    page
}

fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "Log in to see this",
        StatusCode::FORBIDDEN => "Not for you to do",
        StatusCode::NOT_FOUND => "There is nothing here",
        StatusCode::UNPROCESSABLE_ENTITY => "This cannot be done",
        status => status.canonical_reason().unwrap_or("This cannot be done"),
    }
}
