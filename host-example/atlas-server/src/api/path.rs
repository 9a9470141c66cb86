//! The slugs in a request's path, checked before an endpoint sees them.

use std::collections::HashMap;

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};

use super::error::ApiError;
use crate::{
    number,
    slug::{ArtifactSlug, TypeSlug, VersionSlug},
};

/// `{user}/{name}` in the path, percent-decoded.
impl<S: Send + Sync> FromRequestParts<S> for ArtifactSlug {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = parameters(parts, state).await?;
        Ok(Self::parse(text(&path, "user"), text(&path, "name"))?)
    }
}

/// `{user}/{name}/{type}` in the path, percent-decoded.
impl<S: Send + Sync> FromRequestParts<S> for TypeSlug {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = parameters(parts, state).await?;
        Ok(Self::parse(
            text(&path, "user"),
            text(&path, "name"),
            text(&path, "type"),
        )?)
    }
}

/// `{user}/{name}/{type}/{version}` in the path, where the version is a number.
impl<S: Send + Sync> FromRequestParts<S> for VersionSlug {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let slug = TypeSlug::from_request_parts(parts, state).await?;
        let version = parameter(parts, state, "version").await?;
        let number = number::parse(&version);
        let number = number.ok_or_else(|| ApiError::invalid("Version must be a number"))?;
        Ok(Self { slug, number })
    }
}

/// `{id}` in the path: the number of something.
pub(super) struct Id(pub(super) i64);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let id = number::parse(&parameter(parts, state, "id").await?);
        id.map(Self)
            .ok_or_else(|| ApiError::invalid("The number is none"))
    }
}

/// One parameter of the path, percent-decoded.
pub(super) async fn parameter<S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
    name: &str,
) -> Result<String, ApiError> {
    let path = parameters(parts, state).await?;
    Ok(text(&path, name).to_owned())
}

async fn parameters<S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
) -> Result<HashMap<String, String>, ApiError> {
    let parameters = RawPathParams::from_request_parts(parts, state)
        .await
        .map_err(|_| ApiError::invalid("The path is not UTF-8"))?;
    Ok(parameters
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect())
}

/// A parameter that the route does not have is blank, and refused as such.
fn text<'a>(parameters: &'a HashMap<String, String>, name: &str) -> &'a str {
    parameters.get(name).map_or("", String::as_str)
}
