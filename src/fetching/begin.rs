//! Everything that is checked before the first request.

use super::query::Target;
use super::{Fetch, Query, State, checkpoint};
use crate::atlas::{Atlas, BaseUrl, DEFAULT_BASE_URL, Token};
use crate::configuration::address::{insecure, no_address, url_help};
use crate::delivery::{Delivery, RetryPolicy};
use crate::diagnostic::{Code, Diagnostic, Problem, Severity, Source};
use crate::encoding::decode;
use crate::platform::Platform;
use crate::secrets::Secrets;

/// A fetch, or all that is wrong with what was asked.
pub type Begun = Result<Fetch, Vec<Diagnostic>>;

/// Where it is looked for, and how.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The address of Atlas; none is ATLAS_ADDRESS of the environment, or the default.
    pub address: Option<String>,
    /// Who asks; none is ATLAS_TOKEN of the environment, or nobody.
    pub token: Option<String>,
    /// How long requests are sent again.
    pub retry: RetryPolicy,
    /// What [`Fetch::checkpoint`] gave in an earlier run; none, or an empty one, begins anew.
    pub checkpoint: Option<Vec<u8>>,
    /// How many bytes the host's file has from that run.
    pub saved: u64,
}

impl Fetch {
    /// Looks for a version.
    ///
    /// # Errors
    /// All that is wrong with the query or the options.
    pub fn find(query: Query, options: Options, platform: &dyn Platform) -> Begun {
        Self::begin(query, options, false, platform)
    }

    /// Looks for a version, and downloads its file.
    ///
    /// # Errors
    /// All that is wrong with the query or the options.
    pub fn download(query: Query, options: Options, platform: &dyn Platform) -> Begun {
        Self::begin(query, options, true, platform)
    }

    fn begin(query: Query, options: Options, with_file: bool, platform: &dyn Platform) -> Begun {
        let mut findings = Vec::new();
        let target = Target::read(query, &mut findings);
        let atlas = atlas(&options, platform, &mut findings);
        let written = options
            .checkpoint
            .filter(|text| with_file && !text.is_empty());
        let written = written.map(|text| {
            let text = decode(&text, Source::Checkpoint)?;
            checkpoint::read(text)
        });
        let written = match written.transpose() {
            Ok(written) => written,
            Err(finding) => {
                findings.push(finding);
                None
            }
        };
        // Nothing to warn about that is not said again by an error, or by what comes of it.
        findings.retain(|finding| finding.severity == Severity::Error);
        let (Some(target), Some(atlas), true) = (target, atlas, findings.is_empty()) else {
            return Err(findings);
        };
        let mut secrets = Secrets::default();
        if let Some(token) = &atlas.token {
            secrets.add(token.header_value());
        }
        let mut fetch = Self {
            atlas,
            target,
            with_file,
            part: None,
            began_anew: false,
            delivery: Delivery::new(options.retry),
            secrets,
            state: State::Find,
        };
        if let Some(written) = written {
            let restored = fetch.restore(written, options.saved);
            restored.map_err(|finding| vec![finding])?;
        }
        Ok(fetch)
    }
}

/// Where Atlas is, and who asks.
fn atlas(
    options: &Options,
    platform: &dyn Platform,
    findings: &mut Vec<Diagnostic>,
) -> Option<Atlas> {
    let mut add = |pointer: &str, is_from_environment: bool, problem: Problem| {
        let pointer = if is_from_environment { "" } else { pointer };
        findings.push(problem.about_value(Source::Query, pointer));
    };
    let given = |given: &Option<String>, variable: &str| {
        let from_environment = || Some((platform.environment(variable)?, true));
        let given = given.clone().map(|text| (text, false));
        given
            .filter(|(text, _)| !text.is_empty())
            .or_else(from_environment)
            .filter(|(text, _)| !text.is_empty())
    };
    let named =
        |what: &'static str, variable: &str, is_from_environment: bool| match is_from_environment {
            true => format!("{variable} in the environment"),
            false => what.to_owned(),
        };
    let token = given(&options.token, "ATLAS_TOKEN");
    let is_configured = token.as_ref().is_some_and(|(_, elsewhere)| !elsewhere);
    let token = token.map(|(text, elsewhere)| {
        Token::parse(&text).map_err(|error| {
            let what = named("the token", "ATLAS_TOKEN", elsewhere);
            let message = format!("{what} can't be used: {error}");
            add(
                "/token",
                elsewhere,
                Problem::error(Code::MalformedToken, message),
            );
        })
    });
    let base_url = match given(&options.address, "ATLAS_ADDRESS") {
        Some((text, elsewhere)) => BaseUrl::parse(&text).map_err(|error| {
            let what = named("the address of Atlas", "ATLAS_ADDRESS", elsewhere);
            let message = format!("{what} can't be used: {error}");
            let problem = Problem::error(Code::MalformedUrl, message).help(url_help(&error));
            add("/address", elsewhere, problem);
        }),
        None if is_configured || token.is_none() => BaseUrl::parse(DEFAULT_BASE_URL).map_err(drop),
        None => {
            let help = "give the address of your Atlas, or set ATLAS_ADDRESS in the environment, even where it is \
                        that one";
            add("/address", false, no_address().help(help));
            Err(())
        }
    };
    let token = token.transpose().ok()?;
    let base_url = base_url.ok()?;
    if token.is_some() {
        findings.extend(insecure(&base_url).map(|problem| problem.about(Source::Query)));
    }
    Some(Atlas { base_url, token })
}
