//! Who looks at a page, and the forms that they send.

use std::collections::HashMap;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;

use super::layout::Viewer;
use crate::{
    access::Caller,
    api::{ApiError, App, read_body},
    session::Session,
    token::SecretDigest,
};

/// Who looks at a page: nobody, a user who has logged in, or a program with a token.
#[derive(Debug, Default)]
pub(super) struct Visitor {
    /// What they may do.
    pub(super) caller: Caller,
    /// How they are shown.
    pub(super) viewer: Option<Viewer>,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        if let Some(session) = Session::of(&parts.headers)
            && let Some(caller) = app.database.caller_of_session(&session.digest()).await?
        {
            let viewer = Some(Viewer {
                name: caller.user.clone().unwrap_or_default(),
                csrf: session.csrf(),
            });
            return Ok(Self { caller, viewer });
        }
        Ok(Self {
            caller: Caller::from_request_parts(parts, app).await?,
            viewer: None,
        })
    }
}

impl Visitor {
    /// Who is logged in, or 401.
    pub(super) fn known(&self) -> Result<&Viewer, ApiError> {
        self.viewer.as_ref().ok_or(ApiError::Unauthenticated)
    }
}

/// A form from a page of the same session.
#[derive(Debug)]
pub(super) struct Form(HashMap<String, String>);

impl FromRequest<App> for Form {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &App) -> Result<Self, ApiError> {
        let session = Session::of(request.headers());
        let body = read_body(request.into_body()).await?;
        let form = Self(form_urlencoded::parse(&body).into_owned().collect());
        // As digests: how long it takes tells nothing.
        let given = SecretDigest::of(form.text("csrf").as_bytes());
        match session {
            Some(session) if SecretDigest::of(session.csrf().as_bytes()) == given => Ok(form),
            _ => Err(ApiError::Malformed(
                "The form is not one of your session: load its page again".to_owned(),
            )),
        }
    }
}

impl Form {
    /// A field, without the space around it; empty if it is missing.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.trim())
    }

    /// A field exactly as it was typed.
    pub(super) fn exact(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}
