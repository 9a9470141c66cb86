//! Everything that is checked before the first request.

use super::query::Target;
use super::{Fetch, Query, State, checkpoint};
use crate::access::{self, About, Given};
use crate::atlas::Atlas;
use crate::delivery::{Delivery, RetryPolicy};
use crate::diagnostic::{Diagnostic, Severity, Source};
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
        let is_wrong = |finding: &Diagnostic| finding.severity == Severity::Error;
        let (Some(target), Some(atlas), false) = (target, atlas, findings.iter().any(is_wrong))
        else {
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
            warnings: findings,
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
    let (token, address) = (given(&options.token), given(&options.address));
    let access = access::read(token, address, platform, &mut |about, problem| {
        let (pointer, problem) = match about {
            About::Token => ("/token", problem),
            About::Address => ("/address", problem),
            About::NoAddress => {
                let help = "give the address of your Atlas, or set ATLAS_ADDRESS in the environment, even where it is \
                            that one";
                ("/address", problem.help(help))
            }
            About::Environment => return findings.push(problem.about(Source::Environment)),
        };
        findings.push(problem.about_value(Source::Query, pointer));
    });
    let token = match access.token {
        Given::Value(token) => Some(token),
        Given::Nothing => None,
        Given::Reported => return None,
    };
    Some(Atlas {
        base_url: access.base_url?,
        token,
    })
}

fn given(text: &Option<String>) -> Given<String> {
    match text {
        Some(text) if !text.is_empty() => Given::Value(text.clone()),
        _ => Given::Nothing,
    }
}
