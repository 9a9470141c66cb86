//! `/api/v1/tokens`: the tokens that one has made, or that are good in an organisation that one owns.

use axum::{
    Json,
    body::Body,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    answers::{Managing, Writing},
    body,
    error::ApiError,
    paging,
    path::Id,
    registry::App,
};
use crate::{
    access::{Access, Caller},
    database::{NewToken, TokenEntry},
    management,
    slug::Segment,
    time,
};

/// A page of tokens.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Tokens {
    tokens: Vec<TokenEntry>,
    /// What the next page is asked with (`before`), if there is one.
    #[schema(required)]
    next: Option<i64>,
}

/// Lists tokens, the newest first, never with the secrets: one's own, those of an organisation, or for an
/// administrator all.
#[utoipa::path(get, path = "/tokens", operation_id = "list_tokens", tag = "tokens",
    params(("organisation" = Option<String>, Query), ("before" = Option<i64>, Query)),
    responses((status = 200, description = "The tokens", body = Tokens), Managing))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<Tokens>, ApiError> {
    let caller = caller.known()?;
    let before = paging::before(query.as_deref())?;
    let organisation = paging::organisation(query.as_deref())?;
    let user = match &organisation {
        Some(organisation) => {
            caller.may(organisation, Access::Own)?;
            None
        }
        None if caller.is_administrator() => None,
        // A token that is no user's has made none; no user has this name.
        None => Some(caller.user.as_deref().unwrap_or_default()),
    };
    let organisation = organisation.as_ref().map(Segment::as_str);
    let tokens = app
        .database
        .tokens(organisation, user, before, paging::WANTED)
        .await?;
    let (tokens, next) = paging::page(tokens, |token| token.id);
    Ok(Json(Tokens { tokens, next }))
}

/// A new token, which is shown once.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MadeToken {
    token: String,
    id: i64,
}

/// Makes a token, whose secret is in the answer and nowhere else. It is never worth more than the one it is made
/// with.
#[utoipa::path(post, path = "/tokens", operation_id = "create_token", tag = "tokens",
    request_body = ref("#/components/schemas/NewToken"),
    responses((status = 200, description = "The token", body = MadeToken), Writing))]
pub(super) async fn create(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<MadeToken>, ApiError> {
    let caller = caller.known()?;
    let body = body::read_value(&headers, body).await?;
    let fields = body.get("token").and_then(Value::as_object);
    let fields = fields.ok_or_else(|| ApiError::invalid("Token can't be blank"))?;
    let text = |name| match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(ApiError::invalid(format!("{name} must be text"))),
    };
    let access = Access::parse(text("access")?.unwrap_or(Access::Read.name()))
        .ok_or_else(|| ApiError::invalid("Access must be read, write or own"))?;
    let organisation = text("organisation")?
        .map(|name| Segment::parse("Organisation", name))
        .transpose()
        .map_err(ApiError::invalid)?;
    let expires_at = text("expires_at")?
        .map(|at| time::parse(at).filter(|at| *at > time::now()))
        .map(|at| {
            at.ok_or_else(|| {
                ApiError::invalid("Expires at must be a time to come, such as 2030-01-31T12:00:00Z")
            })
        })
        .transpose()?;
    let new = NewToken {
        description: text("description")?.unwrap_or_default(),
        organisation: organisation.as_ref(),
        access,
        user: caller.user.as_deref(),
        expires_at,
    };
    let (token, id) = management::make_token(&app.database, &caller, &new).await?;
    Ok(Json(MadeToken { token, id }))
}

/// Revokes a token: it is accepted no more, from the next request on.
#[utoipa::path(delete, path = "/tokens/{id}", operation_id = "revoke_token", tag = "tokens",
    responses((status = 204, description = "It is revoked"), Managing))]
pub(super) async fn revoke(
    State(app): State<App>,
    Id(id): Id,
    caller: Caller,
) -> Result<StatusCode, ApiError> {
    let caller = caller.known()?;
    management::revoke_token(&app.database, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
