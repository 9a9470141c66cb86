//! What is looked for in Atlas, and what is done with it.

use std::path::PathBuf;

use atlas_host::{FetchOptions, Field, Query};
use clap::{ArgAction, Args};

use super::shared::{Retrying, Telling};

#[derive(Debug, Args)]
pub(crate) struct Find {
    #[command(flatten)]
    pub(crate) wanted: Wanted,
    /// Write nothing but this field of the version: id, url, metadata.KEY, ami, …
    #[arg(long, value_name = "NAME")]
    field: Option<String>,
    /// The region of the field `ami`
    #[arg(long, requires = "field")]
    region: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Download {
    #[command(flatten)]
    pub(crate) wanted: Wanted,
    /// Where its file goes; by default into the working directory, under a name of its own
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Keep in FILE how far it has come, and go on from there if FILE is there already; it is
    /// removed at the end
    #[arg(long, value_name = "FILE")]
    pub(crate) resume: Option<PathBuf>,
}

/// A version in Atlas.
#[derive(Debug, Args)]
pub(crate) struct Wanted {
    /// The version's name: user/name/type, or user/name/type/version
    slug: String,
    /// The version: a number, a channel, `latest`, or `any`, the newest one with that metadata
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// The build that made it: a number, `any`, or `latest`, the newest with that metadata
    #[arg(long, value_name = "BUILD")]
    build: Option<String>,
    /// What it must have as metadata: a key, with any value or this one
    #[arg(long, value_name = "KEY[=VALUE]", value_parser = metadata, action = ArgAction::Append)]
    metadata: Vec<(String, Option<String>)>,
    /// The address of Atlas; by default ATLAS_ADDRESS
    #[arg(long, value_name = "URL")]
    address: Option<String>,
    #[command(flatten)]
    retrying: Retrying,
    #[command(flatten)]
    pub(crate) telling: Telling,
}

impl Find {
    /// What is looked for.
    pub(crate) fn query(&self) -> Query {
        let field = self.field.clone().map(|name| Field {
            name,
            region: self.region.clone(),
        });
        Query {
            field,
            ..self.wanted.query()
        }
    }
}

impl Wanted {
    /// What is looked for.
    pub(crate) fn query(&self) -> Query {
        Query {
            slug: self.slug.clone(),
            version: self.version.clone(),
            build: self.build.clone(),
            metadata: self.metadata.clone(),
            field: None,
        }
    }

    /// Where it is looked for, and how.
    pub(crate) fn options(&self) -> FetchOptions {
        FetchOptions {
            address: self.address.clone(),
            retry: Some(self.retrying.policy()),
            ..FetchOptions::default()
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "clap wants it so")]
fn metadata(text: &str) -> Result<(String, Option<String>), String> {
    Ok(match text.split_once('=') {
        Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
        None => (text.to_owned(), None),
    })
}
