//! What is looked for.

use std::collections::BTreeMap;
use std::fmt;

use crate::atlas::search::{Build, Listed, Wanted};
use crate::atlas::{ArtifactType, Slug};
use crate::diagnostic::{Code, Diagnostic, Problem, Source};

use super::field::{Field, FieldName};

/// The longest name of a channel that the server of this project takes.
const LONGEST_CHANNEL: usize = 64;

/// What is looked for, as the host says it.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// `user/name/type`, or `user/name/type/version`.
    pub slug: String,
    /// `latest`, `any`, a number or a channel.
    pub version: Option<String>,
    /// The build that made it: `latest`, `any` or a number.
    pub build: Option<String>,
    /// What the version has as metadata: keys, with this value or with any.
    pub metadata: Vec<(String, Option<String>)>,
    /// The one field that matters.
    pub field: Option<Field>,
}

/// What is looked for.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) slug: Slug,
    pub(super) artifact_type: ArtifactType,
    pub(super) wanted: Wanted,
    pub(super) build: Option<Build>,
    pub(super) metadata: Vec<(String, Option<String>)>,
    pub(super) field: Option<FieldName>,
}

impl Target {
    /// Reads a query, and adds what is wrong with it to `findings`.
    pub(super) fn read(query: Query, findings: &mut Vec<Diagnostic>) -> Option<Self> {
        let Query {
            slug,
            version,
            build,
            metadata,
            field,
        } = query;
        let mut add = |pointer: &str, problem: Problem| {
            findings.push(problem.about_value(Source::Query, pointer));
        };
        let named = read_slug(&slug).map_err(|problem| {
            let help = "versions are named as in hashicorp/foobar/aws.ami, or hashicorp/foobar/aws.ami/7: user or \
                        organization, name, type, and perhaps the number";
            add("/slug", problem.help(help));
        });
        let build = build.map(|text| read_build(&text)).transpose();
        let build = build.map_err(|problem| add("/build", problem));
        let in_slug = named.as_ref().ok().and_then(|(.., number)| *number);
        let wanted = match version.as_deref().map(wanted) {
            None => Some(match (in_slug, &build) {
                (Some(number), _) => Wanted::Number(number),
                (None, Ok(None)) => Wanted::Latest,
                (None, _) => Wanted::Any,
            }),
            Some(Ok(wanted)) if in_slug.is_none_or(|n| wanted == Wanted::Number(n)) => Some(wanted),
            Some(Ok(_)) => {
                let message = format!("`{}` names another version", slug.escape_debug());
                let problem = Problem::error(Code::WrongArgument, message);
                add("/version", problem.help("give the version once"));
                None
            }
            Some(Err(problem)) => {
                add("/version", problem);
                None
            }
        };
        if metadata.iter().any(|(key, _)| key.is_empty()) {
            let message = "metadata is looked for by its key, which is empty";
            add("/metadata", Problem::error(Code::WrongArgument, message));
        }
        let field = field.and_then(|field| {
            FieldName::read(field)
                .map_err(|problem| add("/field", problem))
                .ok()
        });
        let (slug, artifact_type, _) = named.ok()?;
        Some(Self {
            slug,
            artifact_type,
            wanted: wanted?,
            build: build.ok()?,
            metadata,
            field,
        })
    }

    /// The newest of the listed versions that is what is looked for. A server may know less than it
    /// was asked.
    pub(super) fn newest<'l>(&self, listed: &'l [Listed]) -> Option<&'l Listed> {
        let is_number = |l: &Listed| match self.wanted {
            Wanted::Number(number) => l.version == number,
            Wanted::Latest | Wanted::Any | Wanted::Channel(_) => true,
        };
        let newest = match self.wanted {
            // The latest one, if it matches.
            Wanted::Latest => listed.iter().max_by_key(|l| l.version),
            _ => {
                let matching = listed.iter().filter(|l| self.matches(&l.metadata));
                matching.filter(|l| is_number(l)).max_by_key(|l| l.version)
            }
        };
        newest.filter(|l| self.matches(&l.metadata))
    }

    fn matches(&self, metadata: &BTreeMap<String, String>) -> bool {
        self.metadata.iter().all(|(key, wanted)| {
            metadata
                .get(key)
                .is_some_and(|value| wanted.as_ref().is_none_or(|wanted| wanted == value))
        })
    }
}

/// What is looked for, in words.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = format!("{}/{}", self.slug, self.artifact_type);
        match &self.wanted {
            Wanted::Latest => write!(f, "the latest version of {all}")?,
            Wanted::Any => write!(f, "a version of {all}")?,
            Wanted::Number(number) => write!(f, "{all}/{number}")?,
            Wanted::Channel(channel) => write!(f, "the version of {all} that {channel} is at")?,
        }
        match &self.build {
            None | Some(Build::Any) => {}
            Some(Build::Latest) => f.write_str(" of the latest build")?,
            Some(Build::Number(number)) => write!(f, " of build {number}")?,
        }
        for (index, (key, value)) in self.metadata.iter().enumerate() {
            f.write_str(if index == 0 { " with " } else { ", " })?;
            write!(f, "{}", key.escape_debug())?;
            if let Some(value) = value {
                write!(f, "={}", value.escape_debug())?;
            }
        }
        Ok(())
    }
}

fn read_slug(text: &str) -> Result<(Slug, ArtifactType, Option<u64>), Problem> {
    let malformed = |message| Problem::error(Code::MalformedSlug, message);
    let parts: Vec<_> = text.split('/').collect();
    let (user, name, kind, number) = match *parts.as_slice() {
        [user, name, kind] => (user, name, kind, None),
        [user, name, kind, number] => (user, name, kind, Some(number)),
        _ => {
            return Err(malformed(format!(
                "malformed slug: `{}` is not of the form `user/name/type`",
                text.escape_debug()
            )));
        }
    };
    let slug = Slug::parse(&format!("{user}/{name}"));
    let slug = slug.map_err(|error| malformed(format!("malformed slug: {error}")))?;
    let kind = ArtifactType::parse(kind).map_err(|error| {
        Problem::error(Code::MalformedType, format!("the artifact type {error}"))
    })?;
    let number = match number.map(positive) {
        None => None,
        Some(Some(number)) => Some(number),
        Some(None) => {
            return Err(malformed(format!(
                "the version in `{}` is not a number",
                text.escape_debug()
            )));
        }
    };
    Ok((slug, kind, number))
}

fn wanted(text: &str) -> Result<Wanted, Problem> {
    match text {
        "latest" => Ok(Wanted::Latest),
        "any" => Ok(Wanted::Any),
        channel if is_channel(channel) => Ok(Wanted::Channel(channel.to_owned())),
        number => positive(number).map(Wanted::Number).ok_or_else(|| {
            let message = format!("`{}` is not a version", number.escape_debug());
            Problem::error(Code::WrongArgument, message).help(
                "versions are `latest`, `any`, numbers from 1 on, or channels such as `production`",
            )
        }),
    }
}

fn read_build(text: &str) -> Result<Build, Problem> {
    match text {
        "latest" => Ok(Build::Latest),
        "any" => Ok(Build::Any),
        number => positive(number).map(Build::Number).ok_or_else(|| {
            let message = format!("`{}` is not a build", number.escape_debug());
            let help = "builds are `latest`, `any` or numbers from 1 on";
            Problem::error(Code::WrongArgument, message).help(help)
        }),
    }
}

/// The name of a channel begins with a letter, which no number does.
fn is_channel(text: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    text.len() <= LONGEST_CHANNEL
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(is_plain)
}

/// A number from 1 on, written in one way only.
fn positive(text: &str) -> Option<u64> {
    let is_plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(slug: &str, version: Option<&str>) -> Result<Target, Vec<String>> {
        let query = Query {
            slug: slug.into(),
            version: version.map(str::to_owned),
            ..Query::default()
        };
        let mut findings = Vec::new();
        let target = Target::read(query, &mut findings);
        target.ok_or_else(|| findings.into_iter().map(|f| f.message).collect())
    }

    #[test]
    fn the_slug_or_the_version_says_the_number() {
        let wanted = |slug, version| read(slug, version).unwrap().wanted;
        assert_eq!(wanted("a/b/c", None), Wanted::Latest);
        assert_eq!(wanted("a/b/c", Some("any")), Wanted::Any);
        let production = Wanted::Channel("production".into());
        assert_eq!(wanted("a/b/c", Some("production")), production);
        assert_eq!(wanted("a/b/c/7", None), Wanted::Number(7));
        assert_eq!(wanted("a/b/c/7", Some("7")), Wanted::Number(7));
        for (slug, version) in [
            ("a/b", None),
            ("a/b/c/d", None),
            ("a/b/c/07", None),
            ("a/b/c/0", None),
            ("a/b/c/1/2", None),
            ("a/../c", None),
            ("a/b/..", None),
            ("a/b/c/7", Some("8")),
            ("a/b/c/7", Some("latest")),
            ("a/b/c", Some("+7")),
            ("a/b/c", Some("")),
            ("a/b/c", Some("99999999999999999999")),
        ] {
            assert_eq!(
                read(slug, version).unwrap_err().len(),
                1,
                "{slug} {version:?}"
            );
        }
        assert_eq!(read("a", Some("-x")).unwrap_err().len(), 2, "all at once");
    }

    #[test]
    fn builds_are_searched() {
        let read = |version: Option<&str>, build: &str| {
            let query = Query {
                slug: "a/b/c".into(),
                version: version.map(str::to_owned),
                build: Some(build.into()),
                ..Query::default()
            };
            let mut findings = Vec::new();
            Target::read(query, &mut findings).ok_or(findings)
        };
        let target = read(None, "7").unwrap();
        assert_eq!(
            (&target.wanted, &target.build),
            (&Wanted::Any, &Some(Build::Number(7)))
        );
        assert_eq!(target.to_string(), "a version of a/b/c of build 7");
        let target = read(Some("latest"), "latest").unwrap();
        assert_eq!(target.wanted, Wanted::Latest);
        let latest = "the latest version of a/b/c of the latest build";
        assert_eq!(target.to_string(), latest);
        assert_eq!(read(None, "any").unwrap().to_string(), "a version of a/b/c");
        let found = read(None, "newest").unwrap_err();
        assert_eq!((found.len(), found[0].pointer.as_str()), (1, "/build"));
    }

    #[test]
    fn findings_say_where() {
        let query = Query {
            slug: "a/b/c d".into(),
            version: Some("-".into()),
            metadata: vec![(String::new(), None)],
            ..Query::default()
        };
        let mut findings = Vec::new();
        assert!(Target::read(query, &mut findings).is_none());
        let said = |f: &Diagnostic| (f.code, f.pointer.clone());
        let said: Vec<_> = findings.iter().map(said).collect();
        let wanted = [
            (Code::MalformedType, "/slug"),
            (Code::WrongArgument, "/version"),
            (Code::WrongArgument, "/metadata"),
        ];
        assert_eq!(
            said,
            wanted.map(|(code, pointer)| (code, pointer.to_owned()))
        );
    }

    #[test]
    fn the_newest_that_matches() {
        let listed = |version, arch: &str| Listed {
            version,
            metadata: BTreeMap::from([("arch".to_owned(), arch.to_owned())]),
            ..Listed::default()
        };
        let all = [listed(2, "x64"), listed(10, "x86"), listed(9, "x64")];
        let newest = |version, metadata: &[(&str, Option<&str>)]| {
            let mut target = read("a/b/c", Some(version)).unwrap();
            target.metadata = metadata
                .iter()
                .map(|(k, v)| ((*k).into(), v.map(str::to_owned)))
                .collect();
            target.newest(&all).map(|l| l.version)
        };
        assert_eq!(newest("latest", &[]), Some(10));
        assert_eq!(newest("any", &[("arch", Some("x64"))]), Some(9));
        assert_eq!(newest("latest", &[("arch", Some("x64"))]), None);
        assert_eq!(newest("any", &[("arch", None)]), Some(10));
        assert_eq!(newest("any", &[("os", None)]), None);
        assert_eq!(newest("2", &[]), Some(2));
        assert_eq!(newest("3", &[]), None);
    }
}
