//! What every endpoint works with.

use std::{sync::Arc, time::Duration};

use axum::http::HeaderMap;

use super::error::ApiError;
use crate::{
    base_url::BaseUrl,
    blobs::Blobs,
    database::{Artifact, Database},
    logins::Logins,
    metrics::Metrics,
    options::Login,
    slug::{Segment, VersionSlug},
    token::SecretDigest,
    turns::Turns,
};

/// What every endpoint works with.
pub(crate) struct Registry {
    /// What is known.
    pub(crate) database: Database,
    /// What was uploaded.
    pub(crate) blobs: Blobs,
    /// The administrator's account, if there is one.
    pub(crate) login: Option<Login>,
    /// Who guesses passwords.
    pub(crate) logins: Logins,
    /// Who works on which resumable upload.
    pub(crate) turns: Turns,
    /// How long a resumable upload is kept that nobody goes on with.
    pub(crate) upload_lifetime: Duration,
    /// Where clients reach the server.
    pub(crate) base: BaseUrl,
    /// What is counted.
    pub(crate) metrics: Metrics,
    /// Whether everybody is told what is counted.
    pub(crate) tells_metrics: bool,
}

impl Registry {
    /// Who has this login and password: a user, or (none) the administrator.
    pub(crate) async fn log_in(
        &self,
        login: &str,
        password: &str,
    ) -> Result<Option<String>, ApiError> {
        if let Some(rest) = self.logins.rests(login) {
            return Err(ApiError::TooMany(rest));
        }
        let same =
            |a: &str, b: &str| SecretDigest::of(a.as_bytes()) == SecretDigest::of(b.as_bytes());
        // Both are always compared: how long it takes does not tell whether the login exists.
        let administrator = self
            .login
            .as_ref()
            .is_some_and(|account| same(login, &account.login) & same(password, &account.password));
        let kept = self.database.password(login).await?;
        let right = administrator || self.logins.is_right(password, kept).await;
        self.logins.guessed(login, right);
        if !right {
            return Err(ApiError::Unauthenticated);
        }
        Ok((!administrator).then(|| login.to_owned()))
    }

    /// Whether the quota of its organisation has room for an upload.
    pub(crate) async fn has_room(&self, upload_key: &str, bytes: u64) -> Result<(), ApiError> {
        match self.database.room(upload_key).await? {
            Some(room) if room < bytes => Err(ApiError::invalid(format!(
                "The quota of the organisation has room for {room} bytes, and the file has {bytes}"
            ))),
            _ => Ok(()),
        }
    }

    /// The server's URL, without a slash at its end, as whoever sent these headers reaches it.
    pub(crate) fn base_url(&self, headers: &HeaderMap) -> String {
        self.base.of(headers)
    }

    /// Whether browsers reach it over TLS.
    pub(crate) fn is_https(&self, headers: &HeaderMap) -> bool {
        self.base_url(headers).starts_with("https://")
    }

    /// Writes down who did what.
    pub(crate) async fn record(
        &self,
        who: &str,
        action: &str,
        organisation: Option<&Segment>,
        subject: &str,
    ) -> Result<(), ApiError> {
        Ok(self
            .database
            .record(who, action, organisation, subject)
            .await?)
    }

    /// Deletes a version and its file, in somebody's name; `false` if there is none.
    pub(crate) async fn delete_version(
        &self,
        who: &str,
        artifact: &Artifact,
        version: &VersionSlug,
    ) -> Result<bool, ApiError> {
        let artifact_type = version.slug.artifact_type.as_str();
        let deleted = self
            .database
            .delete_version(artifact, artifact_type, version.number);
        let Some(blobs) = deleted.await? else {
            return Ok(false);
        };
        for blob in &blobs {
            self.blobs.discard(blob).await?;
        }
        let (owner, subject) = (&artifact.slug.user, version.to_string());
        self.record(who, "version.delete", Some(owner), &subject)
            .await?;
        Ok(true)
    }

    /// Drops the versions that their artifacts do not keep any longer.
    pub(crate) async fn drop_old_versions(&self) -> Result<(), ApiError> {
        for (artifact, versions) in self.database.versions_to_drop().await? {
            for version in versions {
                self.delete_version("retention", &artifact, &version)
                    .await?;
            }
        }
        Ok(())
    }

    /// Drops the resumable uploads that nobody has gone on with for their lifetime.
    pub(crate) async fn drop_unused_uploads(&self) -> Result<(), ApiError> {
        for key in self.database.unused_uploads(self.upload_lifetime).await? {
            // One request may take longer than the lifetime.
            if self.turns.is_taken(&key) {
                continue;
            }
            let turn = self.turns.take(&key).await;
            let blob = self.database.end_partial_upload(&key).await?;
            self.turns.forget(&key, turn);
            if let Some(blob) = blob {
                self.blobs.discard(&blob).await?;
            }
        }
        Ok(())
    }
}

/// How endpoints get at it.
pub(crate) type App = Arc<Registry>;
