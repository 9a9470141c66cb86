//! `/api/v1/artifacts/{user}/{name}/{type}/channels`: the channels of a type, and moving one.

use axum::{
    Json,
    body::Body,
    extract::{FromRequestParts, RawQuery, State},
    http::{HeaderMap, StatusCode, request::Parts},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    answers::{Managing, Reading, Writing},
    body,
    error::ApiError,
    paging,
    path::parameter,
    registry::App,
};
use crate::{
    access::{Access, Caller},
    channel::Channel,
    number,
    slug::TypeSlug,
};

/// `{channel}` in the path.
impl<S: Send + Sync> FromRequestParts<S> for Channel {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let name = parameter(parts, state, "channel").await?;
        Self::parse(&name).map_err(ApiError::invalid)
    }
}

/// A channel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Channel)]
struct ChannelJson {
    name: String,
    /// The number of the version it is at.
    version: i64,
}

/// A page of channels.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Channels {
    channels: Vec<ChannelJson>,
    /// What the next page is asked with (`after`), if there is one.
    #[schema(required)]
    next: Option<String>,
}

/// A channel, wrapped.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WrappedChannel)]
pub(super) struct Wrapped {
    channel: ChannelJson,
}

/// Lists the channels of a type, by name.
#[utoipa::path(get, path = "/artifacts/{user}/{name}/{type}/channels", operation_id = "list_channels", tag = "channels",
    params(("after" = Option<String>, Query, description = "What `next` was on the page before")),
    responses((status = 200, description = "The channels", body = Channels), Reading))]
pub(super) async fn list(
    State(app): State<App>,
    slug: TypeSlug,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<Channels>, ApiError> {
    caller.artifact(&app, &slug.artifact, Access::Read).await?;
    let after = paging::parameter(query.as_deref(), "after").unwrap_or_default();
    let channels = app.database.channels(&slug, &after, paging::WANTED).await?;
    let channels = channels
        .into_iter()
        .map(|(name, version)| ChannelJson { name, version });
    let (channels, next) = paging::page(channels.collect(), |channel| channel.name.clone());
    Ok(Json(Channels { channels, next }))
}

/// Puts a channel at a version.
#[utoipa::path(put, path = "/artifacts/{user}/{name}/{type}/channels/{channel}", operation_id = "set_channel", tag = "channels",
    request_body = ref("#/components/schemas/NewChannel"),
    responses((status = 200, description = "The channel", body = Wrapped), Writing))]
pub(super) async fn set(
    State(app): State<App>,
    slug: TypeSlug,
    channel: Channel,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Wrapped>, ApiError> {
    let artifact = caller.artifact(&app, &slug.artifact, Access::Write).await?;
    let body = body::read_value(&headers, body).await?;
    let number = body.pointer("/channel/version").and_then(number::of);
    let number = number.ok_or_else(|| ApiError::invalid("Version is not a number"))?;
    app.set_channel(&caller, &artifact, &slug, &channel, number)
        .await?;
    let channel = ChannelJson {
        name: channel.as_str().to_owned(),
        version: number,
    };
    Ok(Json(Wrapped { channel }))
}

/// Removes a channel; its version stays.
#[utoipa::path(delete, path = "/artifacts/{user}/{name}/{type}/channels/{channel}", operation_id = "remove_channel", tag = "channels",
    responses((status = 204, description = "It is gone"), Managing))]
pub(super) async fn remove(
    State(app): State<App>,
    slug: TypeSlug,
    channel: Channel,
    caller: Caller,
) -> Result<StatusCode, ApiError> {
    let artifact = caller.artifact(&app, &slug.artifact, Access::Write).await?;
    app.remove_channel(&caller, &artifact, &slug, &channel)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
