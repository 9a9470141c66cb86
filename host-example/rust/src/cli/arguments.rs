//! What can be given on the command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use atlas_host::{Options, Packing, Patience};
use clap::{
    ArgAction, ArgGroup, ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand,
};

/// Publishes what Packer builds in Atlas.
#[derive(Debug, Parser)]
#[command(name = "atlas-host", version, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check a template without sending anything
    Validate(Work),
    /// Publish a build's artifact through the template's `atlas` post-processors
    Publish(Publish),
    /// Run an Atlas on this machine
    Serve(ServeOptions),
    /// See it all at work: an Atlas, a template, a published AMI
    Demo,
}

#[derive(Debug, Args)]
pub(crate) struct Publish {
    #[command(flatten)]
    pub(crate) work: Work,
    /// Keep in FILE how far it has come, and go on from there if FILE is there already; it is
    /// removed at the end
    #[arg(long, value_name = "FILE")]
    pub(crate) resume: Option<PathBuf>,
    /// Do not look at the end whether Atlas lists what was published
    #[arg(long)]
    pub(crate) no_confirm: bool,
    /// How often a request that fails for a passing reason is sent at most
    #[arg(long, value_name = "NUMBER", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..))]
    attempts: u32,
    /// How many seconds are waited between these attempts in sum at most
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    patience: u32,
    /// How small archives are made: 0 (stored) to 9 (smallest)
    #[arg(long, value_name = "LEVEL", default_value_t = 6, value_parser = clap::value_parser!(u8).range(0..=9))]
    compression: u8,
    /// Where an archive is kept until it is uploaded; by default the system's temporary directory
    #[arg(long, value_name = "DIR")]
    spool: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Work {
    /// The Packer template; `-` reads it from the standard input
    pub(crate) template: String,
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
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable, action = ArgAction::Append)]
    var: Vec<(String, String)>,
    /// Set user variables from a JSON object of strings; what comes later wins
    #[arg(long, value_name = "FILE", action = ArgAction::Append)]
    var_file: Vec<PathBuf>,
    /// Write the result as one JSON document on the standard output
    #[arg(long)]
    pub(crate) json: bool,
    /// Use this component instead of the embedded one
    #[arg(long, value_name = "FILE")]
    pub(crate) component: Option<PathBuf>,
    /// Log requests and answers, without secrets; twice: with their JSON
    #[arg(short, long, action = ArgAction::Count)]
    pub(crate) verbose: u8,
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

#[derive(Debug, Args)]
pub(crate) struct ServeOptions {
    /// Where to keep what is published
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
}

impl Arguments {
    /// The program's own arguments. Wrong ones are explained and end it with status 2.
    pub(crate) fn parse_or_exit() -> Self {
        let matches = Self::command_line().get_matches();
        Self::from_matches(&matches).unwrap_or_else(|error| error.exit())
    }

    fn command_line() -> clap::Command {
        let made = ArgGroup::new("made")
            .args(["artifact", "manifest"])
            .required(true);
        Self::command().mut_subcommand("publish", |publish| publish.group(made))
    }

    fn from_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut arguments = Self::from_arg_matches(matches)?;
        let work = match &mut arguments.command {
            Command::Validate(work) => Some(work),
            Command::Publish(publish) => Some(&mut publish.work),
            Command::Serve(_) | Command::Demo => None,
        };
        if let (Some(work), Some((_, matches))) = (work, matches.subcommand()) {
            work.put_in_order(matches);
        }
        Ok(arguments)
    }
}

impl Publish {
    /// How to publish.
    pub(crate) fn options(&self) -> Options {
        Options {
            patience: Some(Patience {
                attempts: self.attempts,
                total_ms: u64::from(self.patience) * 1000,
            }),
            confirm: !self.no_confirm,
        }
    }

    /// How archives are made.
    pub(crate) fn packing(&self) -> Packing {
        let usual = Packing::default();
        Packing {
            level: self.compression,
            spool: self.spool.clone().unwrap_or(usual.spool),
            ..usual
        }
    }
}

impl Work {
    fn put_in_order(&mut self, matches: &ArgMatches) {
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

fn variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or("a variable is given as NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Arguments, clap::Error> {
        let words = line.split_whitespace();
        let matches = Arguments::command_line().try_get_matches_from(words)?;
        Arguments::from_matches(&matches)
    }

    #[test]
    fn variables_keep_their_order() {
        let line = "atlas-host validate --var a=1 --var-file f --var b=x=y --var-file g t.json";
        let Command::Validate(work) = parse(line).unwrap().command else {
            panic!("not validate");
        };
        let order: Vec<_> = work.variables.iter().map(|v| format!("{v:?}")).collect();
        let wanted = [
            r#"One("a", "1")"#,
            r#"File("f")"#,
            r#"One("b", "x=y")"#,
            r#"File("g")"#,
        ];
        assert_eq!(order, wanted);
    }

    #[test]
    fn publish_needs_one_artifact() {
        assert!(parse("atlas-host publish t.json").is_err());
        assert!(parse("atlas-host publish --artifact a --manifest m t.json").is_err());
        assert!(parse("atlas-host publish --artifact a t.json").is_ok());
        assert!(parse("atlas-host publish --manifest m t.json").is_ok());
        assert!(parse("atlas-host validate t.json").is_ok());
        assert!(parse("atlas-host validate --var novalue t.json").is_err());
    }
}
