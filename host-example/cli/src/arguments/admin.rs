//! What an administrator does with an Atlas of one's own.

use std::time::Duration;

use atlas_server::Access;
use clap::error::ErrorKind;
use clap::{ArgMatches, Args, Subcommand};

use super::storage::DatabaseOptions;

/// Lets the options of `admin` stand before and after what it is to do.
pub(super) fn with_options_anywhere(admin: clap::Command) -> clap::Command {
    let anywhere = |arg: clap::Arg| arg.required(false).global(true);
    admin
        .mut_arg("data", anywhere)
        .mut_arg("database", anywhere)
}

/// What may stand anywhere can't be required: looks whether it is there.
pub(super) fn demand_data(
    matches: &ArgMatches,
    command_line: impl FnOnce() -> clap::Command,
) -> Result<(), clap::Error> {
    match matches.subcommand() {
        Some(("admin", admin)) if !admin.contains_id("data") => {
            let missing =
                "`atlas-host admin` needs --data DIR: where the Atlas keeps what is published";
            Err(command_line().error(ErrorKind::MissingRequiredArgument, missing))
        }
        _ => Ok(()),
    }
}

#[derive(Debug, Args)]
pub(crate) struct Admin {
    #[command(flatten)]
    pub(crate) storage: DatabaseOptions,
    /// Write the result as one JSON document on the standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) task: AdminTask,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AdminTask {
    /// Organisations: who owns artifacts. A slug begins with the name of one
    #[command(subcommand)]
    Organisation(OrganisationTask),
    /// Users: people who log in
    #[command(subcommand)]
    User(UserTask),
    /// Members: which users have access to an organisation
    #[command(subcommand)]
    Member(MemberTask),
    /// Tokens: what programs show as ATLAS_TOKEN
    #[command(subcommand)]
    Token(TokenTask),
    /// Tell who did what, the newest first
    Audit {
        /// Only in this organisation
        #[arg(long, value_name = "NAME")]
        organisation: Option<String>,
        /// How many lines at most
        #[arg(long, value_name = "NUMBER", default_value_t = 100)]
        limit: u32,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum OrganisationTask {
    /// Make an organisation
    Add { name: String },
    /// Tell which there are
    List,
    /// Limit how many bytes the files of an organisation may take together
    Quota {
        name: String,
        /// How many, or `none`
        #[arg(value_parser = quota)]
        bytes: OrNone<u64>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserTask {
    /// Make a user, or give one another password. It is asked for at a terminal, else it is the first line
    /// of the standard input
    Add { name: String },
    /// Tell which there are
    List,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MemberTask {
    /// Give a user access to an organisation, or take it away
    Set {
        organisation: String,
        user: String,
        /// `read`; `write`: publish and move channels, too; `own`: delete, and manage tokens, too; or `none`
        #[arg(value_parser = member_access)]
        access: OrNone<Access>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenTask {
    /// Make a token. It is shown this once
    Add {
        /// The only organisation where it is good; by default all of its user's, or without a user, all
        #[arg(long, value_name = "NAME")]
        organisation: Option<String>,
        /// Whose it is: it never allows more than the user may do
        #[arg(long, value_name = "NAME")]
        user: Option<String>,
        /// The most that it allows: `read`, `write` or `own`
        #[arg(long, value_name = "ACCESS", default_value = "read", value_parser = access)]
        access: Access,
        /// When it ends: after so many days (`90d`), hours (`12h`) or minutes (`30m`); by default never
        #[arg(long, value_name = "TIME", value_parser = lifetime)]
        expires: Option<Duration>,
        /// What it is for
        #[arg(long, value_name = "TEXT", default_value = "")]
        description: String,
    },
    /// Tell which there are, the newest first
    List {
        /// Only those of this organisation
        #[arg(long, value_name = "NAME")]
        organisation: Option<String>,
    },
    /// Accept a token no more
    Revoke {
        /// Its number, as `list` tells it
        id: i64,
    },
}

/// A value, or `none`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OrNone<T>(pub(crate) Option<T>);

fn quota(text: &str) -> Result<OrNone<u64>, &'static str> {
    let bytes = || text.parse().map_err(|_| "it is a number of bytes, or none");
    or_none(text, bytes)
}

fn member_access(text: &str) -> Result<OrNone<Access>, &'static str> {
    let wrong = "it is read, write, own or none";
    or_none(text, || Access::parse(text).ok_or(wrong))
}

fn or_none<T>(
    text: &str,
    value: impl FnOnce() -> Result<T, &'static str>,
) -> Result<OrNone<T>, &'static str> {
    match text {
        "none" => Ok(OrNone(None)),
        _ => value().map(|value| OrNone(Some(value))),
    }
}

fn access(text: &str) -> Result<Access, &'static str> {
    Access::parse(text).ok_or("it is read, write or own")
}

fn lifetime(text: &str) -> Result<Duration, &'static str> {
    let parsed = || {
        let (at, unit) = text.char_indices().last()?;
        let seconds = match unit {
            'd' => 24 * 60 * 60,
            'h' => 60 * 60,
            'm' => 60,
            _ => return None,
        };
        let number: u64 = text.get(..at)?.parse().ok().filter(|number| *number > 0)?;
        Some(Duration::from_secs(number.checked_mul(seconds)?))
    };
    parsed().ok_or("it is a number with d, h or m, such as 90d")
}
