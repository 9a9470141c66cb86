//! `GET /api/v1/audit`: who did what, the newest first, a page at a time.

use axum::{
    Json,
    extract::{RawQuery, State},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{answers::Managing, error::ApiError, paging, registry::App};
use crate::{
    access::{Access, Caller},
    database::AuditEntry,
    slug::Segment,
};

/// A page of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Audit {
    audit: Vec<AuditEntry>,
    /// What the next page is asked with (`before`), if there is one.
    #[schema(required)]
    next: Option<i64>,
}

/// Tells who did what, the newest first: in an organisation that one owns, or to an administrator everywhere.
#[utoipa::path(get, path = "/audit", operation_id = "audit", tag = "tokens",
    params(("organisation" = Option<String>, Query), ("before" = Option<i64>, Query)),
    responses((status = 200, description = "Who did what", body = Audit), Managing))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<Audit>, ApiError> {
    let caller = caller.known()?;
    let before = paging::before(query.as_deref())?;
    let organisation = paging::organisation(query.as_deref())?;
    match &organisation {
        Some(organisation) => caller.may(organisation, Access::Own)?,
        None if caller.is_administrator() => {}
        None => return Err(ApiError::Forbidden(Access::Own.name())),
    }
    let organisation = organisation.as_ref().map(Segment::as_str);
    let audit = app
        .database
        .audit(organisation, before, paging::WANTED)
        .await?;
    let (audit, next) = paging::page(audit, |entry| entry.id);
    Ok(Json(Audit { audit, next }))
}
