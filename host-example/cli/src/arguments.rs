//! What can be given on the command line.

#[cfg(not(target_family = "wasm"))]
mod admin;
mod channel;
mod fetch;
mod publish;
#[cfg(not(target_family = "wasm"))]
mod serve;
mod shared;
#[cfg(not(target_family = "wasm"))]
mod storage;
mod work;

use clap::{ArgGroup, ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};

#[cfg(not(target_family = "wasm"))]
pub(crate) use admin::{Admin, AdminTask, MemberTask, OrganisationTask, TokenTask, UserTask};
pub(crate) use channel::Channel;
pub(crate) use fetch::{Download, Find, Wanted};
pub(crate) use publish::Publish;
#[cfg(not(target_family = "wasm"))]
pub(crate) use serve::ServeOptions;
pub(crate) use shared::Telling;
#[cfg(not(target_family = "wasm"))]
pub(crate) use storage::Copy;
pub(crate) use work::{Variables, Work};

/// Publishes what Packer builds in Atlas, and finds and downloads it.
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
    /// Find a version in Atlas, or one field of it
    Find(Find),
    /// Download the file of a version
    Download(Download),
    /// The channels of a type in Atlas: names such as `production` that stand for a version
    #[command(subcommand)]
    Channel(Channel),
    /// Run an Atlas on this machine
    #[cfg(not(target_family = "wasm"))]
    Serve(ServeOptions),
    /// Who may use an Atlas of one's own: organisations, users, tokens; also while it runs
    #[cfg(not(target_family = "wasm"))]
    Admin(Admin),
    /// Copy all that an Atlas of one's own has into a new directory, also while it runs
    #[cfg(not(target_family = "wasm"))]
    Backup(Copy),
    /// Copy a backup to where an Atlas is to run on it
    #[cfg(not(target_family = "wasm"))]
    Restore(Copy),
    /// See it all at work: an Atlas, a template, a published AMI
    #[cfg(not(target_family = "wasm"))]
    Demo,
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
        let command = Self::command().mut_subcommand("publish", |publish| publish.group(made));
        #[cfg(not(target_family = "wasm"))]
        let command = command.mut_subcommand("admin", admin::with_options_anywhere);
        command
    }

    fn from_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        #[cfg(not(target_family = "wasm"))]
        admin::demand_data(matches, Self::command_line)?;
        let mut arguments = Self::from_arg_matches(matches)?;
        let work = match &mut arguments.command {
            Command::Validate(work) => Some(work),
            Command::Publish(publish) => Some(&mut publish.work),
            _ => None,
        };
        if let (Some(work), Some((_, matches))) = (work, matches.subcommand()) {
            work.put_in_order(matches);
        }
        Ok(arguments)
    }
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

    #[test]
    fn there_is_a_template_or_a_configuration() {
        assert!(parse("atlas-host validate").is_err());
        assert!(parse("atlas-host validate --config c t.json").is_err());
        assert!(parse("atlas-host validate --config c --set a=b --set metadata.c=d").is_ok());
        assert!(parse("atlas-host validate --set a=b t.json").is_err());
        assert!(parse("atlas-host publish --artifact a --config c").is_ok());
    }

    #[test]
    fn a_version_is_told_by_number_and_metadata() {
        let line = "atlas-host find a/b/c --version 3 --metadata k --metadata l=m=n --field ami --region r";
        let Command::Find(find) = parse(line).unwrap().command else {
            panic!("not find");
        };
        let query = find.query();
        assert_eq!(query.version.as_deref(), Some("3"));
        let wanted = [
            ("k".to_owned(), None),
            ("l".to_owned(), Some("m=n".to_owned())),
        ];
        assert_eq!(query.metadata, wanted);
        assert_eq!(query.field.unwrap().region.as_deref(), Some("r"));
        assert!(parse("atlas-host find a/b/c --region r").is_err());
        assert!(parse("atlas-host download a/b/c --output o --resume r").is_ok());
        assert!(parse("atlas-host download a/b/c --field id").is_err());
    }

    #[test]
    fn admin_takes_its_options_anywhere() {
        for line in [
            "atlas-host admin --data d --json organisation add acme",
            "atlas-host admin organisation add acme --data d --json",
        ] {
            let Command::Admin(admin) = parse(line).unwrap().command else {
                panic!("not admin");
            };
            assert!(admin.json);
            assert_eq!(admin.storage.data, std::path::Path::new("d"));
        }
        let admin = "atlas-host admin --data d";
        for (right, task) in [
            (false, "organisation add"),
            (true, "organisation quota acme none"),
            (false, "organisation quota acme 5GB"),
            (true, "member set acme alice none"),
            (false, "member set acme alice all"),
            (true, "token add --access own --expires 90d"),
            (false, "token add --expires 90"),
            (false, "token add --access none"),
            (false, "token revoke 0x1"),
        ] {
            assert_eq!(parse(&format!("{admin} {task}")).is_ok(), right, "{task}");
        }
        assert!(parse("atlas-host admin user list").is_err());
    }

    #[test]
    fn a_channel_is_one_of_a_type() {
        assert!(parse("atlas-host channel list a/b/c").is_ok());
        assert!(parse("atlas-host channel list a/b").is_err());
        assert!(parse("atlas-host channel set a/b/c production 7").is_ok());
        assert!(parse("atlas-host channel set a/b/c production latest").is_err());
        assert!(parse("atlas-host channel set a/b/c/7 production 7").is_err());
    }
}
