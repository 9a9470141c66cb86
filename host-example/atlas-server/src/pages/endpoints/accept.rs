//! What a request is for, by its `Accept`.

use axum::http::{HeaderMap, header::ACCEPT};

/// Whether it is a browser's, for a page.
pub(super) fn wants_page(headers: &HeaderMap) -> bool {
    accepts(headers, "text/html")
}

/// Whether it is a program's, for JSON.
pub(super) fn wants_json(headers: &HeaderMap) -> bool {
    accepts(headers, "application/json") && !wants_page(headers)
}

fn accepts(headers: &HeaderMap, content_type: &str) -> bool {
    let accepted = headers.get_all(ACCEPT).into_iter();
    accepted
        .filter_map(|accepted| accepted.to_str().ok())
        .any(|accepted| accepted.contains(content_type))
}
