//! Everything that is checked before the first request.

use std::collections::BTreeMap;

use super::job::{ArtifactOf, Job, Making};
use super::patience::Attempts;
use super::{Options, Publication, State};
use crate::artifact::Artifact;
use crate::atlas::{Atlas, IdempotencyKey};
use crate::build::Build;
use crate::configuration::{self, Configuration};
use crate::diagnostic::{Code, Diagnostic, Severity, any_error};
use crate::post_processor::PostProcessor;
use crate::surroundings::Surroundings;

/// The type of Vagrant boxes: Atlas filed these by their provider.
const VAGRANT_BOX: &str = "vagrant.box";

impl Publication {
    /// Checks everything that can be checked without a server.
    ///
    /// # Errors
    /// Everything that is wrong with any of the configurations, or with the artifact for them,
    /// warnings included.
    pub fn begin(
        post_processors: &[PostProcessor],
        build: &Build,
        artifact: &Artifact,
        options: Options,
        surroundings: &dyn Surroundings,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut findings = Vec::new();
        let mut jobs = Vec::new();
        for (index, post_processor) in post_processors.iter().enumerate() {
            match configuration::read(post_processor, build, surroundings) {
                Ok((configuration, mut warnings)) => {
                    findings.append(&mut warnings);
                    let artifact = match post_processor.chained && index > 0 {
                        true => ArtifactOf::Previous,
                        false => ArtifactOf::Build(artifact.clone()),
                    };
                    let mut random = [0; 16];
                    surroundings.random(&mut random);
                    let key = IdempotencyKey::new(random);
                    jobs.push(job(configuration, artifact, key, &mut findings));
                }
                Err(mut errors) => findings.append(&mut errors),
            }
        }
        if any_error(&findings) {
            return Err(findings);
        }
        Ok(Self {
            state: match jobs.is_empty() {
                true => State::Done,
                false => State::Verify(0),
            },
            jobs,
            warnings: findings,
            receipts: Vec::new(),
            packed: None,
            options,
            attempts: Attempts::default(),
            pause: None,
            redirected: None,
        })
    }
}

fn job(
    configuration: Configuration,
    artifact: ArtifactOf,
    key: IdempotencyKey,
    findings: &mut Vec<Diagnostic>,
) -> Job {
    let mut metadata = configuration.metadata.clone();
    if let ArtifactOf::Build(artifact) = &artifact {
        findings.extend(type_differs(&configuration, artifact));
    }
    if configuration.artifact_type.as_str() == VAGRANT_BOX {
        let (stated, known) = match &artifact {
            ArtifactOf::Build(a) => (a.metadata.as_ref(), a.vagrant_provider()),
            ArtifactOf::Previous => (None, None),
        };
        let provider =
            |m: &BTreeMap<String, String>| m.get("provider").is_some_and(|p| !p.is_empty());
        if !metadata.as_ref().is_some_and(provider) && !stated.is_some_and(provider) {
            match known {
                Some(provider) => {
                    let metadata = metadata.get_or_insert_default();
                    metadata.insert("provider".into(), provider.into());
                }
                None => findings.push(missing_provider(&configuration)),
            }
        }
    }
    Job {
        atlas: Atlas {
            base_url: configuration.base_url.clone(),
            token: configuration.token.clone(),
        },
        configuration,
        artifact,
        metadata,
        key,
        key_is_known: false,
        making: Making::default(),
    }
}

fn missing_provider(configuration: &Configuration) -> Diagnostic {
    Diagnostic {
        code: Code::MissingProvider,
        message: "a vagrant.box needs the metadata `provider`".into(),
        help: Some(
            "add \"metadata\": {\"provider\": \"virtualbox\"}, or publish the artifact of the \
             `vagrant` post-processor, which knows it"
                .into(),
        ),
        ..configuration.whole.clone()
    }
}

fn type_differs(configuration: &Configuration, artifact: &Artifact) -> Option<Diagnostic> {
    let stated = artifact.artifact_type.as_ref()?;
    let configured = configuration.artifact_type.as_str();
    let differs = stated != configured && !configuration.artifact_type_override;
    differs.then(|| Diagnostic {
        severity: Severity::Warning,
        code: Code::ArtifactTypeDiffers,
        message: format!(
            "the artifact says to be `{}`, and is published as `{configured}`",
            stated.escape_debug()
        ),
        help: Some("set `artifact_type_override` to true if that is meant".into()),
        ..configuration.whole.clone()
    })
}
