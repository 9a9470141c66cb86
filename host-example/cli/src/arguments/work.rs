//! What is to be published.

use std::path::PathBuf;

use clap::{ArgAction, ArgMatches, Args};

use super::shared::{Telling, pair};

#[derive(Debug, Args)]
pub(crate) struct Work {
    /// The Packer template; `-` reads it from the standard input
    #[arg(required_unless_present = "config")]
    pub(crate) template: Option<String>,
    /// Instead of a template: the post-processor's configuration, a JSON object of its keys; `-` reads it
    /// from the standard input
    #[arg(long, value_name = "FILE", conflicts_with = "template")]
    pub(crate) config: Option<String>,
    /// Set a key of that configuration, or `metadata.KEY`
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair, action = ArgAction::Append, conflicts_with = "template")]
    pub(crate) set: Vec<(String, String)>,
    /// The artifact, described in JSON: builder-id, id, files, metadata
    #[arg(long, value_name = "FILE")]
    pub(crate) artifact: Option<PathBuf>,
    /// The artifact, from what Packer's `manifest` post-processor wrote
    #[arg(long, value_name = "FILE", conflicts_with = "artifact")]
    pub(crate) manifest: Option<PathBuf>,
    /// The build, if the template has several
    #[arg(long, value_name = "NAME")]
    pub(crate) build: Option<String>,
    /// Set a user variable; what comes later wins
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair, action = ArgAction::Append)]
    var: Vec<(String, String)>,
    /// Set user variables from a JSON object of strings; what comes later wins
    #[arg(long, value_name = "FILE", action = ArgAction::Append)]
    var_file: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) telling: Telling,
    /// `--var` and `--var-file` in the order in which they were given.
    #[arg(skip)]
    pub(crate) variables: Vec<Variables>,
}

/// Variables, as given by one option.
#[derive(Debug)]
pub(crate) enum Variables {
    One(String, String),
    File(PathBuf),
}

impl Work {
    pub(super) fn put_in_order(&mut self, matches: &ArgMatches) {
        let places = |id| matches.indices_of(id).into_iter().flatten();
        let ones = self
            .var
            .drain(..)
            .map(|(name, value)| Variables::One(name, value));
        let files = self.var_file.drain(..).map(Variables::File);
        let mut placed: Vec<_> = places("var")
            .zip(ones)
            .chain(places("var_file").zip(files))
            .collect();
        placed.sort_by_key(|(place, _)| *place);
        self.variables = placed.into_iter().map(|(_, variables)| variables).collect();
    }
}
