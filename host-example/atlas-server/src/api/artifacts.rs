//! `/api/v1/artifacts`: finding, creating and changing an artifact.
//!
//! All answers are wrapped: `{"artifact":{"username":…,"name":…,"tag":…}}` (atlas-go, `artifact.go`). Who may
//! see it, and how long versions are kept, is this server's addition.

use axum::{Json, body::Body, extract::State, http::HeaderMap};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    answers::{Reading, Writing},
    body,
    error::ApiError,
    registry::App,
};
use crate::{
    access::{Access, Caller},
    database::{Artifact, ArtifactChange},
    number,
    slug::ArtifactSlug,
};

/// Shows an artifact, or says 404 if it does not exist yet.
#[utoipa::path(get, path = "/artifacts/{user}/{name}", operation_id = "show_artifact", tag = "artifacts",
    responses((status = 200, description = "The artifact", body = Wrapped), Reading))]
pub(super) async fn show(
    State(app): State<App>,
    slug: ArtifactSlug,
    caller: Caller,
) -> Result<Json<Wrapped>, ApiError> {
    let artifact = caller.artifact(&app, &slug, Access::Read).await?;
    Ok(wrapped(&artifact))
}

/// Creates an artifact, or says 422 if it exists. Who may write everywhere makes its organisation with it.
#[utoipa::path(post, path = "/artifacts", operation_id = "create_artifact", tag = "artifacts",
    request_body = ref("#/components/schemas/NewArtifact"),
    responses((status = 200, description = "The artifact", body = Wrapped), Writing))]
pub(super) async fn create(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Wrapped>, ApiError> {
    let caller = caller.known()?;
    let body = body::read_value(&headers, body).await?;
    let text = |field| {
        body.pointer(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let slug = ArtifactSlug::parse(text("/artifact/username"), text("/artifact/name"))?;
    caller.may(&slug.user, Access::Write)?;
    if caller.organisations().is_none() {
        let organisation = slug.user.clone().for_organisation("Username");
        let organisation = organisation.map_err(ApiError::invalid)?;
        app.database.add_organisation(&organisation).await?;
    }
    if !app.database.create_artifact(&slug).await? {
        return Err(ApiError::invalid("Name has already been taken"));
    }
    let subject = slug.to_string();
    app.record(&caller.name, "artifact.create", Some(&slug.user), &subject)
        .await?;
    let artifact = caller.artifact(&app, &slug, Access::Read).await?;
    Ok(wrapped(&artifact))
}

/// Changes who may see an artifact (`public`), and how many versions of each type
/// (`keep_versions`) are kept for how many days (`keep_days`); null for both is all, for ever.
#[utoipa::path(patch, path = "/artifacts/{user}/{name}", operation_id = "change_artifact", tag = "artifacts",
    request_body = ref("#/components/schemas/ArtifactChange"),
    responses((status = 200, description = "The artifact as it is now", body = Wrapped), Writing))]
pub(super) async fn change(
    State(app): State<App>,
    slug: ArtifactSlug,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Wrapped>, ApiError> {
    let artifact = caller.artifact(&app, &slug, Access::Own).await?;
    let body = body::read_value(&headers, body).await?;
    let fields = body.get("artifact").and_then(Value::as_object);
    let fields = fields.ok_or_else(|| ApiError::invalid("Artifact can't be blank"))?;
    let mut errors = Vec::new();
    let change = ArtifactChange {
        public: public(fields, &mut errors),
        keep_versions: limit(fields, "keep_versions", "Keep versions", &mut errors),
        keep_days: limit(fields, "keep_days", "Keep days", &mut errors),
    };
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let artifact = app.change_artifact(&caller, &artifact, change).await?;
    Ok(wrapped(&artifact))
}

fn public(fields: &Map<String, Value>, errors: &mut Vec<String>) -> Option<bool> {
    match fields.get("public")? {
        Value::Bool(public) => return Some(*public),
        Value::String(public) if public == "true" => return Some(true),
        Value::String(public) if public == "false" => return Some(false),
        _ => errors.push("Public must be true or false".to_owned()),
    }
    None
}

fn limit(
    fields: &Map<String, Value>,
    key: &str,
    field: &str,
    errors: &mut Vec<String>,
) -> Option<Option<i64>> {
    let value = fields.get(key)?;
    if value.is_null() || value.as_str() == Some("") {
        return Some(None);
    }
    let number = number::of(value);
    if number.is_none_or(|number| number < 1) {
        errors.push(format!("{field} must be a number from 1, or null"));
    }
    Some(number)
}

/// An artifact, wrapped.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WrappedArtifact)]
pub(super) struct Wrapped {
    artifact: ArtifactJson,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Artifact)]
struct ArtifactJson {
    username: String,
    name: String,
    /// `username/name`.
    tag: String,
    /// Whether it is read without a token.
    public: bool,
    keep_versions: Option<i64>,
    keep_days: Option<i64>,
}

fn wrapped(artifact: &Artifact) -> Json<Wrapped> {
    let slug = &artifact.slug;
    Json(Wrapped {
        artifact: ArtifactJson {
            username: slug.user.to_string(),
            name: slug.name.to_string(),
            tag: slug.to_string(),
            public: artifact.public,
            keep_versions: artifact.keep_versions,
            keep_days: artifact.keep_days,
        },
    })
}
