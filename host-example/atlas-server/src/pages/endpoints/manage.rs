//! `POST /{user}/{name}`: what those who may do with an artifact and its versions.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};

use super::{artifact::Shown, to};
use crate::{
    access::Access,
    api::{ApiError, App},
    channel::Channel,
    database::ArtifactChange,
    number,
    pages::{
        artifact,
        visitor::{Form, Visitor},
    },
    slug::{ArtifactSlug, TypeSlug, VersionSlug},
    version::Revocation,
};

/// Does what `action` says, and leads back to the page that the form was on.
pub(super) async fn post(
    State(app): State<App>,
    visitor: Visitor,
    slug: ArtifactSlug,
    RawQuery(text): RawQuery,
    form: Form,
) -> Result<Response, ApiError> {
    let caller = &visitor.caller;
    let wanted = match form.text("action") {
        "delete" | "visibility" => Access::Own,
        _ => Access::Write,
    };
    let artifact = caller.artifact(&app, &slug, wanted).await?;
    match form.text("action") {
        "visibility" => {
            let change = ArtifactChange {
                public: Some(form.text("public") == "1"),
                ..ArtifactChange::default()
            };
            app.change_artifact(caller, &artifact, change).await?;
        }
        "move-channel" => {
            let VersionSlug { slug, number } = version(&slug, &form)?;
            app.set_channel(caller, &artifact, &slug, &channel(&form)?, number)
                .await?;
        }
        "remove-channel" => {
            let VersionSlug { slug, .. } = version(&slug, &form)?;
            app.remove_channel(caller, &artifact, &slug, &channel(&form)?)
                .await?;
        }
        "revoke" => {
            // A field for a date and a time has neither seconds nor a zone.
            let at = Some(form.text("at")).filter(|at| !at.is_empty());
            let at = at.map(|at| format!("{at}:00Z"));
            let revocation = Revocation::parse(form.text("reason"), at.as_deref())?;
            app.revoke(caller, &artifact, &version(&slug, &form)?, Some(revocation))
                .await?;
        }
        "lift" => {
            app.revoke(caller, &artifact, &version(&slug, &form)?, None)
                .await?;
        }
        "delete" => {
            app.delete_by(caller, &artifact, &version(&slug, &form)?)
                .await?
        }
        _ => return Err(ApiError::invalid("Action is none of this page's")),
    }
    let Shown { only, before } = Shown::parse(text.as_deref())?;
    let only = only.as_ref().map_or("", |only| only.as_str());
    Ok(to(&artifact::path(&slug, only, before)))
}

fn version(slug: &ArtifactSlug, form: &Form) -> Result<VersionSlug, ApiError> {
    let artifact_type = form.exact("artifact_type");
    let number = number::parse(form.text("version"));
    Ok(VersionSlug {
        slug: TypeSlug::parse(slug.user.as_str(), slug.name.as_str(), artifact_type)?,
        number: number.ok_or_else(|| ApiError::invalid("Version must be a number"))?,
    })
}

fn channel(form: &Form) -> Result<Channel, ApiError> {
    Channel::parse(form.text("channel")).map_err(ApiError::invalid)
}
