//! Who sends a request, by the token that it shows, and what that allows.
//!
//! A token comes in `X-Atlas-Token` (atlas-go), or as `Authorization: Bearer`, which is what today's
//! clients send. The links of pages lead to files here too: for reading, the session of a browser is enough.
//! What one may not see is 404, as Atlas answered; who shows no accepted token is asked for
//! one, whether there is anything or not.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};

use super::{error::ApiError, registry::App};
use crate::{
    access::{Access, Caller},
    database::Artifact,
    session::Session,
    slug::{ArtifactSlug, Segment},
    token::SecretDigest,
};

/// The header that carries the token.
const TOKEN_HEADER: &str = "x-atlas-token";

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let caller = match (token(&parts.headers), Session::of(&parts.headers)) {
            (Some(token), _) => app.database.caller(&SecretDigest::of(token)).await?,
            (None, Some(session)) if parts.method.is_safe() => {
                app.database.caller_of_session(&session.digest()).await?
            }
            _ => None,
        };
        Ok(caller.unwrap_or_default())
    }
}

fn token(headers: &HeaderMap) -> Option<&[u8]> {
    let bearer = || {
        let value = headers.get(AUTHORIZATION)?.as_bytes();
        let (scheme, token) = value.split_at_checked("Bearer ".len())?;
        scheme.eq_ignore_ascii_case(b"Bearer ").then_some(token)
    };
    headers
        .get(TOKEN_HEADER)
        .map(|token| token.as_bytes())
        .or_else(bearer)
}

/// The sentence about an artifact that is not there, or that is not for the caller's eyes.
pub(super) const NO_ARTIFACT: ApiError = ApiError::NotFound("There is no such artifact");

impl Caller {
    /// The caller, if an accepted token was shown.
    pub(super) fn known(self) -> Result<Self, ApiError> {
        if self.is_known() {
            Ok(self)
        } else {
            Err(ApiError::Unauthenticated)
        }
    }

    /// Whether it may do something in an organisation.
    pub(crate) fn may(&self, organisation: &Segment, wanted: Access) -> Result<(), ApiError> {
        match self.access(organisation) {
            None if !self.is_known() => Err(ApiError::Unauthenticated),
            None => Err(ApiError::NotFound("There is no such organisation")),
            Some(access) if access < wanted => Err(ApiError::Forbidden(wanted.name())),
            Some(_) => Ok(()),
        }
    }

    /// The artifact, if it may be used that way.
    pub(crate) async fn artifact(
        &self,
        app: &App,
        slug: &ArtifactSlug,
        wanted: Access,
    ) -> Result<Artifact, ApiError> {
        let artifact = app.database.artifact(slug).await?;
        let access = self.access(&slug.user);
        match artifact {
            Some(artifact) if artifact.public && wanted == Access::Read => Ok(artifact),
            _ if !self.is_known() => Err(ApiError::Unauthenticated),
            Some(artifact) if access >= Some(wanted) => Ok(artifact),
            Some(_) if access.is_some() => Err(ApiError::Forbidden(wanted.name())),
            _ => Err(NO_ARTIFACT),
        }
    }
}
