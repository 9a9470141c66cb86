//! `/settings/tokens`: a user's tokens.

use std::time::Duration;

use axum::{extract::State, http::StatusCode, response::Response};

use super::to;
use crate::{
    access::Access,
    api::{ApiError, App},
    database::NewToken,
    management, number,
    pages::{
        layout::answer,
        tokens::{PATH, TokensView},
        visitor::{Form, Visitor},
    },
    slug::Segment,
    time,
};

/// The longest life that a token may be given.
const LONGEST: u64 = 3650;

/// The page.
pub(super) async fn get(State(app): State<App>, visitor: Visitor) -> Result<Response, ApiError> {
    show(&app, &visitor, None, None).await
}

/// `action` is `make` (with `description`, `organisation`, `access`, `days`) or `revoke` (with `id`).
pub(super) async fn post(
    State(app): State<App>,
    visitor: Visitor,
    form: Form,
) -> Result<Response, ApiError> {
    visitor.known()?;
    if form.text("action") == "revoke" {
        let id =
            number::parse(form.text("id")).ok_or(ApiError::NotFound("There is no such token"))?;
        management::revoke_token(&app.database, &visitor.caller, id).await?;
        return Ok(to(PATH));
    }
    match make(&app, &visitor, &form).await {
        Ok(made) => show(&app, &visitor, Some(made), None).await,
        Err(ApiError::Internal(error)) => Err(ApiError::Internal(error)),
        Err(refusal) => show(&app, &visitor, None, Some(refusal.to_string())).await,
    }
}

async fn make(app: &App, visitor: &Visitor, form: &Form) -> Result<String, ApiError> {
    let organisation = Segment::parse("Organisation", form.exact("organisation"));
    let organisation = organisation.map_err(ApiError::invalid)?;
    let access = Access::parse(form.text("access"));
    let expires_at = match form.text("days") {
        "" => None,
        days => {
            let days = number::parse(days).filter(|days| (1..=LONGEST).contains(days));
            let days = days.ok_or_else(|| ApiError::invalid("Expires is not a number of days"))?;
            Some(time::after(Duration::from_secs(days * 24 * 60 * 60)))
        }
    };
    let new = NewToken {
        description: form.text("description"),
        organisation: Some(&organisation),
        access: access.ok_or_else(|| ApiError::invalid("Access must be read, write or own"))?,
        user: visitor.caller.user.as_deref(),
        expires_at,
    };
    let (token, _) = management::make_token(&app.database, &visitor.caller, &new).await?;
    Ok(token)
}

async fn show(
    app: &App,
    visitor: &Visitor,
    made: Option<String>,
    refusal: Option<String>,
) -> Result<Response, ApiError> {
    let viewer = visitor.known()?;
    let tokens = app
        .database
        .tokens(None, Some(&viewer.name), None, i64::MAX)
        .await?;
    let organisations = visitor.caller.organisations().unwrap_or_default();
    let status = match refusal {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let view = TokensView {
        tokens,
        now: time::now(),
        organisations: organisations
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect(),
        made,
        refusal,
    };
    Ok(answer(status, view.render(viewer)))
}
