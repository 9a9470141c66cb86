//! Everything that is checked before the first request.

use std::cell::OnceCell;
use std::rc::Rc;

use super::job::{ArtifactSource, Job, VersionProgress};
use super::{Options, Publication, State};
use crate::artifact::{Artifact, vagrant};
use crate::atlas::{Atlas, IdempotencyKey};
use crate::configuration::{self, Configuration};
use crate::delivery::Delivery;
use crate::diagnostic::{Code, Diagnostic, Problem, Source};
use crate::findings::Findings;
use crate::platform::Platform;
use crate::post_processor::PostProcessor;
use crate::run::Build;
use crate::secrets::Secrets;

/// What a look into the artifact's box tells: its provider, if that is known.
type InBox = Result<Option<String>, Problem>;

impl Publication {
    /// Checks everything that can be checked without a server.
    ///
    /// # Errors
    /// Everything that is wrong with any of the configurations, with the artifact for them, or with
    /// the checkpoint, warnings included.
    pub fn begin(
        post_processors: &[PostProcessor],
        build: &Build,
        artifact: &Artifact,
        options: Options,
        platform: &dyn Platform,
    ) -> Result<Self, Vec<Diagnostic>> {
        let checkpoint = options.checkpoint.as_ref().filter(|c| !c.is_empty());
        let begun = Self::begin_anew(post_processors, build, artifact, &options, platform);
        match checkpoint {
            None => begun,
            Some(checkpoint) => Self::resume(begun, checkpoint),
        }
    }

    fn begin_anew(
        post_processors: &[PostProcessor],
        build: &Build,
        artifact: &Artifact,
        options: &Options,
        platform: &dyn Platform,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut findings = Findings::default();
        let mut jobs = Vec::new();
        let mut tokens = Secrets::default();
        let source = Rc::new(artifact.clone());
        // However many publish it, the box is looked into once.
        let looked = OnceCell::new();
        let in_box = || {
            let look = || vagrant::look_into(artifact, platform.files());
            looked.get_or_init(look).clone()
        };
        for (index, post_processor) in post_processors.iter().enumerate() {
            let checked = configuration::check(post_processor, build, platform, &mut findings);
            let Some(configuration) = checked else {
                continue;
            };
            let artifact = match post_processor.chained && index > 0 {
                true => ArtifactSource::Previous,
                false => ArtifactSource::Build(Rc::clone(&source)),
            };
            tokens.add(configuration.token.header_value());
            let mut random = [0; 16];
            platform.random(&mut random);
            let key = IdempotencyKey::new(random);
            jobs.push(job(configuration, artifact, key, &in_box, &mut findings));
        }
        if findings.has_errors() {
            return Err(findings.finish());
        }
        Ok(Self {
            state: match jobs.is_empty() {
                true => State::Done,
                false => State::Verify,
            },
            current: 0,
            jobs,
            tokens,
            warnings: findings.finish(),
            receipts: Vec::new(),
            packed: None,
            confirm: options.confirm,
            delivery: Delivery::new(options.retry),
        })
    }
}

fn job(
    configuration: Configuration,
    artifact: ArtifactSource,
    key: IdempotencyKey,
    in_box: &dyn Fn() -> InBox,
    findings: &mut Findings,
) -> Job {
    let mut metadata = configuration.metadata.clone();
    if let ArtifactSource::Build(artifact) = &artifact
        && let Some(finding) = type_differs(&configuration, artifact)
    {
        findings.push(finding);
    }
    if configuration.artifact_type.as_str() == vagrant::BOX_TYPE {
        let (own, in_box) = match &artifact {
            ArtifactSource::Build(artifact) => (Some(artifact.as_ref()), in_box()),
            ArtifactSource::Previous => (None, Ok(None)),
        };
        if let Err(problem) = &in_box {
            findings.push(problem.clone().about(Source::Files));
        }
        let in_box = in_box.ok().flatten();
        let stated = metadata.as_ref().and_then(|m| m.get("provider"));
        let provider = vagrant::provider(stated.map(String::as_str), own, in_box.as_deref());
        match provider.map(str::to_owned) {
            Ok(provider) => {
                let metadata = metadata.get_or_insert_default();
                metadata.insert("provider".into(), provider);
            }
            Err(problem) => findings.push(problem.at(configuration.place.clone())),
        }
    }
    Job {
        atlas: Atlas {
            base_url: configuration.base_url.clone(),
            token: Some(configuration.token.clone()),
        },
        configuration,
        artifact,
        metadata,
        key,
        key_is_known: false,
        progress: VersionProgress::default(),
    }
}

fn type_differs(configuration: &Configuration, artifact: &Artifact) -> Option<Diagnostic> {
    let stated = artifact.artifact_type.as_ref()?;
    let configured = configuration.artifact_type.as_str();
    let differs = stated != configured && !configuration.artifact_type_override;
    differs.then(|| {
        let message = format!(
            "the artifact says to be `{}`, and is published as `{configured}`",
            stated.escape_debug()
        );
        Problem::warning(Code::ArtifactTypeDiffers, message)
            .help("set `artifact_type_override` to true if that is meant")
            .at(configuration.place.clone())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::fixed::Fixed;

    fn begin(provider: &str, content: &[u8]) -> Result<Publication, Vec<Diagnostic>> {
        let config = format!(
            r#"{{"token": "t", "artifact": "a/b", "artifact_type": "vagrant.box",
                "metadata": {{"provider": "{provider}"}}}}"#
        );
        let post_processor = PostProcessor {
            config,
            origin: None,
            chained: false,
        };
        let artifact = Artifact {
            builder_id: vagrant::BUILDER_ID.into(),
            id: "vmware".into(),
            files: vec!["/out/vm.box".into()],
            ..Artifact::default()
        };
        let platform = Fixed::file("/out/vm.box", content);
        let build = Build::default();
        Publication::begin(
            &[post_processor],
            &build,
            &artifact,
            Options::default(),
            &platform,
        )
    }

    #[test]
    fn a_box_is_looked_into() {
        let mut tar = tar::Builder::new(Vec::new());
        let metadata = br#"{"provider": "vmware_desktop"}"#.as_slice();
        let mut header = tar::Header::new_gnu();
        header.set_size(metadata.len() as u64);
        tar.append_data(&mut header, "metadata.json", metadata)
            .unwrap();
        let tar = tar.into_inner().unwrap();
        for stated in ["", "vmware_desktop"] {
            let publication = begin(stated, &tar).unwrap();
            let metadata = publication.jobs[0].metadata.as_ref().unwrap();
            assert_eq!(metadata["provider"], "vmware_desktop");
        }
        let found = |findings: Vec<Diagnostic>| {
            let found = findings.into_iter().map(|f| (f.code, f.source));
            found.collect::<Vec<_>>()
        };
        let differs = (Code::ProviderDiffers, Source::Configuration);
        assert_eq!(found(begin("virtualbox", &tar).unwrap_err()), [differs]);
        let no_box = (Code::NotABox, Source::Files);
        assert_eq!(found(begin("virtualbox", b"x").unwrap_err()), [no_box]);
    }
}
