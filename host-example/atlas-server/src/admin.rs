//! What an administrator does, on the storage itself: organisations, users, tokens, the audit log.
//!
//! It needs no server, and no token: whoever can open the storage may do everything.

use std::time::Duration;

use serde::Serialize;
use thiserror::Error;

use crate::{
    access::{Access, Caller},
    api::ApiError,
    database::{AuditEntry, Database, DatabaseError, NewToken, TokenEntry},
    logins, management,
    options::{Options, is_registry},
    slug::Segment,
    time,
};

/// How the audit log names who does it.
const ADMINISTRATOR: &str = "administrator";

/// How many characters a password has at least.
const SHORTEST_PASSWORD: usize = 8;

/// An administrator at work. Servers may run on the same storage meanwhile.
///
/// ```no_run
/// # async fn example() -> Result<(), atlas_server::AdminError> {
/// use atlas_server::{Access, Admin, Options, TokenOptions};
///
/// let admin = Admin::open(&Options::new("atlas-data")).await?;
/// admin.add_organisation("hashicorp").await?;
/// admin.set_user("alice", "correct horse").await?;
/// admin.set_member("hashicorp", "alice", Some(Access::Write)).await?;
/// let token = admin
///     .add_token(TokenOptions {
///         organisation: Some("hashicorp"),
///         access: Access::Read,
///         ..TokenOptions::default()
///     })
///     .await?;
/// println!("{}", token.token);
/// # admin.close().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Admin {
    database: Database,
    caller: Caller,
}

/// Why something cannot be done.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AdminError {
    /// The directory has no registry.
    #[error("there is no registry in {0}: a server makes one there when it first starts")]
    NoRegistry(String),
    /// The database cannot be opened or used.
    #[error("cannot use the database: {0}")]
    Database(#[from] DatabaseError),
    /// What is asked for is wrong: a sentence that says why.
    #[error("{0}")]
    Refused(String),
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Organisation {
    /// Its name, the first part of its artifacts' slugs.
    pub name: String,
    /// How many bytes its files may take together; none is any number.
    pub quota: Option<i64>,
}

/// What a new token is to be; [`Default`] is one that may read everything and does not end.
#[derive(Debug, Clone, Copy)]
pub struct TokenOptions<'a> {
    /// What it is for.
    pub description: &'a str,
    /// The only organisation where it is good; none is all of its user's, or without a user, all.
    pub organisation: Option<&'a str>,
    /// Whose it is, and never better than; none is nobody's.
    pub user: Option<&'a str>,
    /// The most it may do.
    pub access: Access,
    /// How long it is good, if not for ever.
    pub lifetime: Option<Duration>,
}

impl Default for TokenOptions<'_> {
    fn default() -> Self {
        Self {
            description: "",
            organisation: None,
            user: None,
            access: Access::Read,
            lifetime: None,
        }
    }
}

/// A new token. `Debug` shows it: it is made to be shown, once.
#[derive(Debug, Clone, Serialize)]
pub struct MadeToken {
    /// What clients send. Only its digest is kept.
    pub token: String,
    /// Its number, to revoke it by.
    pub id: i64,
}

impl Admin {
    /// Opens the storage that a server is started on with these options.
    pub async fn open(options: &Options) -> Result<Self, AdminError> {
        if options.database.is_none() && !is_registry(&options.data) {
            return Err(AdminError::NoRegistry(options.data.display().to_string()));
        }
        Ok(Self {
            database: Database::open(options).await?,
            caller: Caller::everywhere(ADMINISTRATOR.to_owned(), Access::Own),
        })
    }

    /// Waits for what is under way, and closes the storage.
    pub async fn close(self) {
        self.database.close().await;
    }

    /// Makes an organisation.
    pub async fn add_organisation(&self, name: &str) -> Result<(), AdminError> {
        const FIELD: &str = "The organisation's name";
        let organisation = segment(FIELD, name)?.for_organisation(FIELD);
        let organisation = organisation.map_err(AdminError::Refused)?;
        if !self.database.add_organisation(&organisation).await? {
            return refused(format!("there is an organisation {name} already"));
        }
        self.record("organisation.create", Some(&organisation), name)
            .await
    }

    /// All organisations.
    pub async fn organisations(&self) -> Result<Vec<Organisation>, AdminError> {
        let organisations = self.database.organisations().await?.into_iter();
        Ok(organisations
            .map(|(name, quota)| Organisation { name, quota })
            .collect())
    }

    /// Limits how many bytes the files of an organisation may take together, or with none, does not.
    pub async fn set_quota(
        &self,
        organisation: &str,
        bytes: Option<u64>,
    ) -> Result<(), AdminError> {
        let organisation = self.organisation(organisation).await?;
        let stored = bytes.map(i64::try_from).transpose();
        let stored = stored.map_err(|_| AdminError::Refused("the quota is too large".into()))?;
        self.database.set_quota(&organisation, stored).await?;
        let quota = bytes.map_or("none".to_owned(), |bytes| bytes.to_string());
        let subject = format!("{organisation} {quota}");
        self.record("organisation.quota", Some(&organisation), &subject)
            .await
    }

    /// Makes a user (`true`), or gives one another password, which ends the sessions with the old one.
    pub async fn set_user(&self, name: &str, password: &str) -> Result<bool, AdminError> {
        let user = segment("The user's name", name)?;
        if password.chars().count() < SHORTEST_PASSWORD {
            return refused(format!(
                "a password has at least {SHORTEST_PASSWORD} characters"
            ));
        }
        let is_new = self.database.password(user.as_str()).await?.is_none();
        let hash = logins::hashed(password)
            .map_err(|error| AdminError::Refused(format!("cannot keep the password: {error}")))?;
        self.database.set_user(user.as_str(), &hash).await?;
        self.database.end_sessions_of(user.as_str()).await?;
        let action = if is_new {
            "user.create"
        } else {
            "user.password"
        };
        self.record(action, None, name).await?;
        Ok(is_new)
    }

    /// The names of all users.
    pub async fn users(&self) -> Result<Vec<String>, AdminError> {
        Ok(self.database.users().await?)
    }

    /// Gives a user access to an organisation, or with none, takes it away.
    pub async fn set_member(
        &self,
        organisation: &str,
        user: &str,
        access: Option<Access>,
    ) -> Result<(), AdminError> {
        let organisation = self.organisation(organisation).await?;
        self.user(user).await?;
        self.database
            .set_member(&organisation, user, access)
            .await?;
        let subject = format!("{user} {}", access.map_or("none", Access::name));
        self.record("member.set", Some(&organisation), &subject)
            .await
    }

    /// Makes a token.
    pub async fn add_token(&self, wanted: TokenOptions<'_>) -> Result<MadeToken, AdminError> {
        let organisation = match wanted.organisation {
            Some(name) => Some(self.organisation(name).await?),
            None => None,
        };
        if let Some(user) = wanted.user {
            self.user(user).await?;
        }
        let expires_at = wanted.lifetime.map(|lifetime| {
            let end = time::parse(&time::after(lifetime));
            end.ok_or_else(|| AdminError::Refused("the token's end is too far away".into()))
        });
        let new = NewToken {
            description: wanted.description,
            organisation: organisation.as_ref(),
            access: wanted.access,
            user: wanted.user,
            expires_at: expires_at.transpose()?,
        };
        let (token, id) = management::make_token(&self.database, &self.caller, &new).await?;
        Ok(MadeToken { token, id })
    }

    /// All tokens of an organisation, or with none, all there are; the newest first.
    pub async fn tokens(&self, organisation: Option<&str>) -> Result<Vec<TokenEntry>, AdminError> {
        if let Some(name) = organisation {
            self.organisation(name).await?;
        }
        Ok(self
            .database
            .tokens(organisation, None, None, i64::MAX)
            .await?)
    }

    /// Accepts the token of this number no more.
    pub async fn revoke_token(&self, id: i64) -> Result<(), AdminError> {
        Ok(management::revoke_token(&self.database, &self.caller, id).await?)
    }

    /// Who did what, the newest first: in an organisation, or with none, everywhere.
    pub async fn audit(
        &self,
        organisation: Option<&str>,
        most: u32,
    ) -> Result<Vec<AuditEntry>, AdminError> {
        if let Some(name) = organisation {
            self.organisation(name).await?;
        }
        Ok(self.database.audit(organisation, None, most.into()).await?)
    }

    /// An organisation that there is.
    async fn organisation(&self, name: &str) -> Result<Segment, AdminError> {
        let organisation = segment("The organisation's name", name)?;
        match self.database.has_organisation(&organisation).await? {
            true => Ok(organisation),
            false => refused(format!("there is no organisation {name}")),
        }
    }

    /// A user that there is.
    async fn user(&self, name: &str) -> Result<(), AdminError> {
        match self.database.password(name).await? {
            Some(_) => Ok(()),
            None => refused(format!("there is no user {name}")),
        }
    }

    async fn record(
        &self,
        action: &str,
        organisation: Option<&Segment>,
        subject: &str,
    ) -> Result<(), AdminError> {
        Ok(self
            .database
            .record(&self.caller.name, action, organisation, subject)
            .await?)
    }
}

fn segment(what: &str, name: &str) -> Result<Segment, AdminError> {
    Segment::parse(what, name).map_err(AdminError::Refused)
}

fn refused<T>(why: String) -> Result<T, AdminError> {
    Err(AdminError::Refused(why))
}

impl From<ApiError> for AdminError {
    fn from(error: ApiError) -> Self {
        Self::Refused(error.to_string())
    }
}
