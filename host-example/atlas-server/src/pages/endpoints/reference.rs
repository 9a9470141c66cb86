//! `GET /docs`: the API, for people.

use axum::{Extension, http::StatusCode, response::Response};

use crate::{
    api::{ApiError, Description},
    pages::{layout::answer, reference, visitor::Visitor},
};

/// The page.
pub(super) async fn get(
    visitor: Visitor,
    Extension(description): Extension<Description>,
) -> Result<Response, ApiError> {
    let page = reference::render(visitor.viewer.as_ref(), &description);
    Ok(answer(StatusCode::OK, page))
}
