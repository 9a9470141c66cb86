//! `GET /{organisation}`: its artifacts.

use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::Response,
};

use crate::{
    access::Access,
    api::{ApiError, App},
    database::Sought,
    pages::{
        endpoints::{
            home::{PAGE, next},
            query,
        },
        layout::answer,
        organisation::OrganisationView,
        visitor::Visitor,
    },
    slug::Segment,
};

/// The page: for members, and for all if there is something public; `after` says where it begins.
pub(super) async fn get(
    State(app): State<App>,
    visitor: Visitor,
    Path(name): Path<String>,
    RawQuery(text): RawQuery,
) -> Result<Response, ApiError> {
    let organisation = Segment::parse("Organisation", &name).map_err(ApiError::invalid)?;
    let after = query(text.as_deref()).remove("after").unwrap_or_default();
    let sought = Sought {
        organisation: organisation.as_str(),
        after: (organisation.as_str(), &after),
        ..Sought::by(visitor.caller.user.as_deref(), PAGE)
    };
    let mut artifacts = app.database.catalogue(&sought).await?;
    if artifacts.is_empty() {
        visitor.caller.may(&organisation, Access::Read)?;
    }
    let next = next(&mut artifacts).map(|entry| entry.slug.name.to_string());
    let view = OrganisationView {
        name,
        artifacts,
        next,
        after,
    };
    let page = view.render(visitor.viewer.as_ref());
    Ok(answer(StatusCode::OK, page))
}
