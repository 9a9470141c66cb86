//! What several commands take.

use std::path::PathBuf;

use atlas_host::RetryPolicy;
use clap::{ArgAction, Args};

/// How it is told what is done, and by which component.
#[derive(Debug, Args)]
pub(crate) struct Telling {
    /// Write the result as one JSON document on the standard output
    #[arg(long)]
    pub(crate) json: bool,
    /// Use this component instead of the embedded one
    #[arg(long, value_name = "FILE")]
    pub(crate) component: Option<PathBuf>,
    /// Log requests and answers, without secrets; twice: with their JSON
    #[arg(short, long, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// How long requests are sent again.
#[derive(Debug, Args)]
pub(crate) struct Retrying {
    /// How often a request that fails for a passing reason is sent at most
    #[arg(long, value_name = "NUMBER", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..))]
    attempts: u32,
    /// How many seconds may pass at most from the first of these attempts to the last
    #[arg(
        long,
        alias = "patience",
        value_name = "SECONDS",
        default_value_t = 300
    )]
    retry_timeout: u32,
}

impl Retrying {
    pub(crate) fn policy(&self) -> RetryPolicy {
        RetryPolicy {
            attempts: self.attempts,
            timeout_ms: u64::from(self.retry_timeout) * 1000,
        }
    }
}

/// `NAME=VALUE`.
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("it is given as NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}
