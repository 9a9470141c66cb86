//! The one style sheet. Its path has its digest, so that browsers may keep it for good.

use std::sync::LazyLock;

use axum::{
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    response::IntoResponse,
};
use sha2::{Digest, Sha256};

/// What all pages have comes first.
const STYLE: &str = concat!(
    include_str!("../../../web/base.css"),
    include_str!("style.css")
);

/// Where it is.
pub(super) static PATH: LazyLock<String> = LazyLock::new(|| {
    let digest = Sha256::digest(STYLE);
    let name: String = digest.iter().take(8).map(|b| format!("{b:02x}")).collect();
    format!("/_style/{name}.css")
});

/// `GET` of it.
pub(super) async fn get() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, STYLE)
}
