//! `/api/v1/artifacts/{user}/{name}/{type}/{version}/attestations`: where a version comes from and what is in it,
//! as in-toto statements (also signed, in a DSSE envelope), SPDX or CycloneDX documents in JSON.

use axum::{
    Json,
    body::Body,
    extract::{RawQuery, State},
    http::{HeaderMap, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    answers::{Reading, Writing},
    body,
    error::ApiError,
    paging,
    path::Id,
    registry::App,
    wanted::NO_VERSION,
};
use crate::{
    access::{Access, Caller},
    database::Attestation,
    slug::VersionSlug,
};

/// A new attestation, wrapped.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WrappedAttestation)]
pub(super) struct Wrapped {
    attestation: Added,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AddedAttestation)]
struct Added {
    id: i64,
    kind: String,
}

/// Attaches a document to a version.
#[utoipa::path(post, path = "/artifacts/{user}/{name}/{type}/{version}/attestations", operation_id = "add_attestation", tag = "attestations",
    params(("version" = i64, Path, description = "The number of the version")),
    request_body = ref("#/components/schemas/Attestation"),
    responses((status = 200, description = "What it is", body = Wrapped), Writing))]
pub(super) async fn add(
    State(app): State<App>,
    version: VersionSlug,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Wrapped>, ApiError> {
    let slug = &version.slug;
    let artifact = caller.artifact(&app, &slug.artifact, Access::Write).await?;
    let body = body::read_value(&headers, body).await?;
    let kind = kind(&body).ok_or_else(|| {
        ApiError::invalid(
            "Attestation must be an in-toto statement, a DSSE envelope, SPDX or CycloneDX, in JSON",
        )
    })?;
    let (artifact_type, text) = (slug.artifact_type.as_str(), body.to_string());
    let added = app.database.add_attestation(
        &artifact,
        artifact_type,
        version.number,
        (&kind, &text),
        &caller.name,
    );
    let id = added.await?.ok_or(NO_VERSION)?;
    let owner = Some(&slug.artifact.user);
    app.record(
        &caller.name,
        "attestation.add",
        owner,
        &format!("{version} {kind}"),
    )
    .await?;
    Ok(Json(Wrapped {
        attestation: Added { id, kind },
    }))
}

/// A page of attestations.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Attestations {
    attestations: Vec<Attestation>,
    /// What the next page is asked with (`before`), if there is one.
    #[schema(required)]
    next: Option<i64>,
}

/// Lists what is attached to a version, the newest first.
#[utoipa::path(get, path = "/artifacts/{user}/{name}/{type}/{version}/attestations", operation_id = "list_attestations", tag = "attestations",
    params(("version" = i64, Path, description = "The number of the version"), ("before" = Option<i64>, Query)),
    responses((status = 200, description = "What there is", body = Attestations), Reading))]
pub(super) async fn list(
    State(app): State<App>,
    version: VersionSlug,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<Attestations>, ApiError> {
    let before = paging::before(query.as_deref())?;
    let slug = &version.slug;
    let artifact = caller.artifact(&app, &slug.artifact, Access::Read).await?;
    let attestations = app
        .database
        .attestations(
            &artifact,
            slug.artifact_type.as_str(),
            version.number,
            before,
            paging::WANTED,
        )
        .await?;
    let (attestations, next) = paging::page(attestations, |attestation| attestation.id);
    Ok(Json(Attestations { attestations, next }))
}

/// Shows an attached document.
#[utoipa::path(get, path = "/artifacts/{user}/{name}/{type}/{version}/attestations/{id}", operation_id = "show_attestation", tag = "attestations",
    params(("version" = i64, Path, description = "The number of the version")),
    responses((status = 200, description = "The document", body = ref("#/components/schemas/Attestation")), Reading))]
pub(super) async fn show(
    State(app): State<App>,
    version: VersionSlug,
    Id(id): Id,
    caller: Caller,
) -> Result<Response, ApiError> {
    let slug = &version.slug;
    let artifact = caller.artifact(&app, &slug.artifact, Access::Read).await?;
    let text = app
        .database
        .attestation(&artifact, slug.artifact_type.as_str(), version.number, id)
        .await?;
    let text = text.ok_or(ApiError::NotFound("There is no such attestation"))?;
    Ok(([(CONTENT_TYPE, "application/json")], text).into_response())
}

/// What kind of document it is.
fn kind(document: &Value) -> Option<String> {
    let text = |field| document.get(field).and_then(Value::as_str);
    if text("_type").is_some_and(|kind| kind.starts_with("https://in-toto.io/Statement/")) {
        return text("predicateType").map(str::to_owned);
    }
    if document.get("signatures").is_some_and(Value::is_array) && document.get("payload").is_some()
    {
        return text("payloadType").map(str::to_owned);
    }
    if text("spdxVersion").is_some() {
        return Some("spdx".to_owned());
    }
    (text("bomFormat") == Some("CycloneDX")).then(|| "cyclonedx".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn documents_are_told_apart() {
        let statement = json!({"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://slsa.dev/provenance/v1"});
        let envelope = json!({"payload": "e30=", "payloadType": "application/vnd.in-toto+json", "signatures": []});
        for (document, wanted) in [
            (statement, Some("https://slsa.dev/provenance/v1")),
            (envelope, Some("application/vnd.in-toto+json")),
            (json!({"spdxVersion": "SPDX-2.3"}), Some("spdx")),
            (json!({"bomFormat": "CycloneDX"}), Some("cyclonedx")),
            (json!({"bomFormat": "other"}), None),
            (json!({}), None),
            (json!([]), None),
        ] {
            assert_eq!(kind(&document).as_deref(), wanted, "{document}");
        }
    }
}
