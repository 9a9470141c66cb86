//! `GET /{user}/{name}`: the artifact's page, for a browser.
//!
//! A browser has no token to show, and artifacts are private: so the page names types and the numbers
//! of versions, and nothing that a publisher wrote about them.

use std::fmt::Write;

use axum::{
    extract::State,
    http::header::CONTENT_SECURITY_POLICY,
    response::{Html, IntoResponse, Response},
};

use super::{ApiError, App};
use crate::slug::ArtifactSlug;

/// The page.
pub(super) async fn artifact(
    State(app): State<App>,
    slug: ArtifactSlug,
) -> Result<Response, ApiError> {
    if !app.database.has_artifact(&slug).await? {
        return Err(ApiError::NotFound("There is no such artifact"));
    }
    let versions = app.database.version_numbers(&slug).await?;
    Ok((
        [(CONTENT_SECURITY_POLICY, "default-src 'none'")],
        Html(html(&slug, &versions)),
    )
        .into_response())
}

fn html(slug: &ArtifactSlug, versions: &[(String, i64)]) -> String {
    let title = escaped(&slug.to_string());
    let mut types = String::new();
    for of_one_type in versions.chunk_by(|(a, _), (b, _)| a == b) {
        let numbers: Vec<_> = of_one_type
            .iter()
            .map(|(_, number)| number.to_string())
            .collect();
        if let [(artifact_type, _), ..] = of_one_type {
            // Writing to a string cannot fail.
            let _ = write!(
                types,
                "<dt>{}</dt><dd>{}</dd>",
                escaped(artifact_type),
                numbers.join(", ")
            );
        }
    }
    if types.is_empty() {
        types.push_str("<dt>No versions yet</dt>");
    }
    format!(
        "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>{title}</title><h1>{title}</h1><dl>{types}</dl></html>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
