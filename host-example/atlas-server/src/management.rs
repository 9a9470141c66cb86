//! What people do with versions and tokens, the same by API, page and command.

use crate::{
    access::{Access, Caller},
    api::{ApiError, NO_VERSION, Registry},
    channel::Channel,
    database::{Artifact, ArtifactChange, Database, NewToken},
    slug::{Segment, TypeSlug, VersionSlug},
    token::{SecretDigest, new_token},
    version::{Revocation, Version},
};

impl Registry {
    /// Puts a channel at a version.
    pub(crate) async fn set_channel(
        &self,
        caller: &Caller,
        artifact: &Artifact,
        slug: &TypeSlug,
        channel: &Channel,
        number: i64,
    ) -> Result<(), ApiError> {
        self.take_arrivals(slug, Some(number)).await?;
        let artifact_type = slug.artifact_type.as_str();
        let set = self
            .database
            .set_channel(artifact, artifact_type, channel.as_str(), number);
        if !set.await? {
            return Err(NO_VERSION);
        }
        let subject = format!("{slug}/{number} {}", channel.as_str());
        self.record(
            &caller.name,
            "channel.set",
            Some(&slug.artifact.user),
            &subject,
        )
        .await
    }

    /// Removes a channel; its version stays.
    pub(crate) async fn remove_channel(
        &self,
        caller: &Caller,
        artifact: &Artifact,
        slug: &TypeSlug,
        channel: &Channel,
    ) -> Result<(), ApiError> {
        let removed =
            self.database
                .remove_channel(artifact, slug.artifact_type.as_str(), channel.as_str());
        if !removed.await? {
            return Err(ApiError::NotFound("There is no such channel"));
        }
        let subject = format!("{slug} {}", channel.as_str());
        self.record(
            &caller.name,
            "channel.remove",
            Some(&slug.artifact.user),
            &subject,
        )
        .await
    }

    /// Changes who may see an artifact and how long its versions are kept, and tells what it then is.
    pub(crate) async fn change_artifact(
        &self,
        caller: &Caller,
        artifact: &Artifact,
        change: ArtifactChange,
    ) -> Result<Artifact, ApiError> {
        let changed = self.database.change_artifact(artifact, change).await?;
        let limit = |limit: Option<i64>| limit.map_or("all".to_owned(), |limit| limit.to_string());
        let Artifact { slug, public, .. } = &changed;
        let [versions, days] = [changed.keep_versions, changed.keep_days].map(limit);
        let subject = format!("{slug} public={public} keep_versions={versions} keep_days={days}");
        self.record(&caller.name, "artifact.change", Some(&slug.user), &subject)
            .await?;
        Ok(changed)
    }

    /// Deletes a version and its file.
    pub(crate) async fn delete_by(
        &self,
        caller: &Caller,
        artifact: &Artifact,
        version: &VersionSlug,
    ) -> Result<(), ApiError> {
        match self.delete_version(&caller.name, artifact, version).await? {
            true => Ok(()),
            false => Err(NO_VERSION),
        }
    }

    /// Revokes a version, or takes that back, and tells what it then is.
    pub(crate) async fn revoke(
        &self,
        caller: &Caller,
        artifact: &Artifact,
        version: &VersionSlug,
        revocation: Option<Revocation>,
    ) -> Result<Version, ApiError> {
        let slug = &version.slug;
        let stored = revocation
            .as_ref()
            .map(|r| (r.at.as_str(), r.reason.as_str()));
        let revoked = self.database.revoke_version(
            artifact,
            slug.artifact_type.as_str(),
            version.number,
            stored,
        );
        if !revoked.await? {
            return Err(NO_VERSION);
        }
        let (action, subject) = match &revocation {
            Some(revocation) => (
                "version.revoke",
                format!("{version} from {}: {}", revocation.at, revocation.reason),
            ),
            None => ("version.unrevoke", version.to_string()),
        };
        self.record(&caller.name, action, Some(&slug.artifact.user), &subject)
            .await?;
        let after = version.number.saturating_add(1);
        let mut found = self.database.versions_before(slug, Some(after), 1).await?;
        found.pop().ok_or(NO_VERSION)
    }
}

/// Makes a token, if the caller may do all that it allows, and tells the secret and its number.
pub(crate) async fn make_token(
    database: &Database,
    caller: &Caller,
    new: &NewToken<'_>,
) -> Result<(String, i64), ApiError> {
    match new.organisation {
        // Whoever may only write cannot make a token that outlives that.
        Some(organisation) if new.user.is_none() => caller.may(organisation, Access::Own)?,
        Some(organisation) => caller.may(organisation, new.access)?,
        None if caller.is_administrator() || new.user.is_some() => {}
        None => return Err(ApiError::Forbidden(Access::Own.name())),
    }
    if let Some(organisation) = new.organisation
        && !database.has_organisation(organisation).await?
    {
        return Err(ApiError::NotFound("There is no such organisation"));
    }
    let token = new_token();
    let secret = SecretDigest::of(token.as_bytes());
    let id = database.add_token(&secret, new).await?;
    let subject = format!("token {id}");
    database
        .record(&caller.name, "token.create", new.organisation, &subject)
        .await?;
    Ok((token, id))
}

/// Accepts a token no more: one's own, or one of an organisation that one owns.
pub(crate) async fn revoke_token(
    database: &Database,
    caller: &Caller,
    id: i64,
) -> Result<(), ApiError> {
    const NO_TOKEN: ApiError = ApiError::NotFound("There is no such token");
    let token = database.token(id).await?.ok_or(NO_TOKEN)?;
    let organisation = token.organisation.as_deref();
    let organisation = organisation.and_then(|name| Segment::parse("Organisation", name).ok());
    let is_own = token.username.is_some() && token.username == caller.user;
    let is_owners = organisation
        .as_ref()
        .is_some_and(|organisation| caller.access(organisation) == Some(Access::Own));
    if !(is_own || is_owners || caller.is_administrator()) || !database.revoke_token(id).await? {
        return Err(NO_TOKEN);
    }
    let subject = format!("token {id}");
    Ok(database
        .record(
            &caller.name,
            "token.revoke",
            organisation.as_ref(),
            &subject,
        )
        .await?)
}
