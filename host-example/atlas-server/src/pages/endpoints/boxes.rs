//! `GET /{user}/{name}` of Vagrant: the boxes of an artifact, as its `box_url` says them.
//!
//! The page's address is the box's: Vagrant asks it for JSON.

use axum::{
    Json,
    http::{HeaderMap, header::ACCEPT},
};
use serde_json::{Value, json};

use crate::{
    api::{ApiError, App},
    pages::links,
    slug::{ArtifactSlug, TypeSlug},
    version::Version,
};

/// How many versions Vagrant is told of.
const MOST: i64 = 100;

/// Whether a request is for JSON, and not for a page.
pub(super) fn wants_boxes(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    accepted
        .is_some_and(|accept| accept.contains("application/json") && !accept.contains("text/html"))
}

/// The boxes: each complete version of the type `vagrant.box` that is not revoked.
pub(super) async fn of(
    app: &App,
    artifact: &ArtifactSlug,
    headers: &HeaderMap,
) -> Result<Json<Value>, ApiError> {
    let (user, name) = (artifact.user.as_str(), artifact.name.as_str());
    let slug = TypeSlug::parse(user, name, "vagrant.box")?;
    let base = app.base_url(headers);
    app.take_arrivals(&slug, None).await?;
    let found = app.database.versions_before(&slug, None, MOST).await?;
    let usable = found.iter().filter(|version| !version.is_revoked());
    let versions: Vec<_> = usable
        .filter_map(|version| described(version, &base))
        .collect();
    let newest = found
        .first()
        .map_or("", |version| said(version, "description"));
    Ok(Json(json!({
        "name": artifact.to_string(),
        "description": newest,
        "versions": versions,
    })))
}

/// One version: its own `version` (`1.2.3`), or one made of its number.
fn described(version: &Version, base: &str) -> Option<Value> {
    let file = version.file?;
    let number = match said(version, "version") {
        "" => format!("0.{}.0", version.number),
        own => own.to_owned(),
    };
    let sha256 = file.sha256_hex();
    Some(json!({
        "version": number,
        "providers": [{
            "name": said(version, "provider"),
            "url": format!("{base}{}", links::file(&version.slug, version.number)),
            "checksum_type": sha256.as_ref().map(|_| "sha256"),
            "checksum": sha256,
        }],
    }))
}

fn said<'a>(version: &'a Version, key: &str) -> &'a str {
    let metadata = version.declaration.metadata.as_ref();
    metadata
        .and_then(|metadata| metadata.get(key))
        .map_or("", String::as_str)
}
