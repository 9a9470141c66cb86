//! What `version` may be in a query or a path: a number, `latest`, a channel, and in a search `any`.

use axum::{extract::FromRequestParts, http::request::Parts};

use super::{error::ApiError, path::parameter, registry::Registry};
use crate::{channel::Channel, database::VersionFilter, number, slug::TypeSlug, version::Version};

/// The sentence about a version that is not there.
pub(crate) const NO_VERSION: ApiError = ApiError::NotFound("There is no such version");

/// Which version is meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The newest that matches whatever else is asked for.
    #[default]
    Any,
    /// The newest, if it matches.
    Latest,
    /// This one.
    Number(i64),
    /// The one that the channel is at.
    Channel(Channel),
}

impl Wanted {
    /// Reads it; the error is a sentence.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        match text {
            "any" | "" => Ok(Self::Any),
            "latest" => Ok(Self::Latest),
            _ => match (number::parse(text), Channel::parse(text)) {
                (Some(number), _) => Ok(Self::Number(number)),
                (_, Ok(channel)) => Ok(Self::Channel(channel)),
                _ => Err("Version must be latest, any, a number or a channel"),
            },
        }
    }

    /// The number, if it is one, or if it is a channel's; none where the channel is nowhere.
    pub(super) async fn number(
        &self,
        app: &Registry,
        slug: &TypeSlug,
    ) -> Result<Option<Option<i64>>, ApiError> {
        match self {
            Self::Any | Self::Latest => Ok(Some(None)),
            Self::Number(number) => Ok(Some(Some(*number))),
            Self::Channel(channel) => {
                let at = app.database.channel(slug, channel.as_str()).await?;
                Ok(at.map(Some))
            }
        }
    }

    /// That version, or 404. One that is revoked is found by its number only.
    pub(super) async fn find(
        &self,
        app: &Registry,
        slug: &TypeSlug,
        matches: impl Fn(&Version) -> bool,
    ) -> Result<Version, ApiError> {
        let version = self.number(app, slug).await?.ok_or(NO_VERSION)?;
        app.take_arrivals(slug, version).await?;
        let filter = VersionFilter {
            version,
            ..VersionFilter::default()
        };
        let by_channel = matches!(self, Self::Channel(_));
        let found = app
            .database
            .find_version(slug, filter, |version| {
                matches(version) && !(by_channel && version.is_revoked())
            })
            .await?;
        found.ok_or(NO_VERSION)
    }
}

/// `{version}` in the path.
pub(super) struct WantedVersion(pub(super) Wanted);

impl<S: Send + Sync> FromRequestParts<S> for WantedVersion {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let version = parameter(parts, state, "version").await?;
        match Wanted::parse(&version) {
            Ok(Wanted::Any) | Err(_) => Err(ApiError::invalid(
                "Version must be latest, a number or a channel",
            )),
            Ok(wanted) => Ok(Self(wanted)),
        }
    }
}
