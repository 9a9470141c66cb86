//! `GET /`: a search over what the visitor may see.

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};

use crate::{
    api::{ApiError, App},
    database::{CatalogueEntry, Sought},
    pages::{
        endpoints::query,
        home::{HomeView, Wanted},
        layout::answer,
        visitor::Visitor,
    },
};

/// How many artifacts are on a page.
pub(super) const PAGE: usize = 30;

/// The page: `q`, `type` and `metadata` say what is looked for, `after` where the page begins.
pub(super) async fn get(
    State(app): State<App>,
    visitor: Visitor,
    RawQuery(text): RawQuery,
) -> Result<Response, ApiError> {
    let mut query = query(text.as_deref());
    let mut take = |name| query.remove(name).unwrap_or_default();
    let wanted = Wanted {
        q: take("q").trim().to_owned(),
        artifact_type: take("type").trim().to_owned(),
        metadata: take("metadata").trim().to_owned(),
    };
    let after = take("after");
    let metadata = wanted.metadata.split_once('=');
    let refusal = (metadata.is_none() && !wanted.metadata.is_empty())
        .then_some("Metadata is looked for as key=value.");
    let mut found = match refusal {
        Some(_) => Vec::new(),
        None => {
            let sought = Sought {
                part: &wanted.q,
                artifact_type: &wanted.artifact_type,
                metadata,
                after: after.split_once('/').unwrap_or_default(),
                ..Sought::by(visitor.caller.user.as_deref(), PAGE)
            };
            app.database.catalogue(&sought).await?
        }
    };
    let next = next(&mut found).map(|entry| entry.slug.to_string());
    let view = HomeView {
        wanted,
        refusal,
        found,
        next,
        after,
    };
    let page = view.render(visitor.viewer.as_ref());
    Ok(answer(StatusCode::OK, page))
}

/// Cuts a list to a page; the last one on it, if there are more.
pub(super) fn next(found: &mut Vec<CatalogueEntry>) -> Option<&CatalogueEntry> {
    let has_more = found.len() > PAGE;
    found.truncate(PAGE);
    found.last().filter(|_| has_more)
}
