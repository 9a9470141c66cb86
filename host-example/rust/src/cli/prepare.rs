//! From the command line to what is published: a template's post-processors and an artifact.

use std::env;
use std::path::Path;
use std::time::SystemTime;

use atlas_host::{
    Artifact, Build, Checked, CheckpointFile, Diagnostics, Error, Instance, Options, PostProcessor,
    PostProcessorConfig, Publication, Run, Sandbox,
};

use super::arguments::Work;
use super::diagnostics::{self, Finding, findings};
use super::inputs::{self, Document};
use super::masking::Mask;
use super::outcome::{Outcome, Report};
use super::show;

/// The way through the inputs: what was found wrong is collected, and says at the end whether to go on.
pub(crate) struct Preparation {
    component: PostProcessor,
    /// What the guest sees but for files.
    sandbox: Sandbox,
    documents: Vec<Document>,
    findings: Vec<Finding>,
    shown: usize,
    mask: Mask,
}

/// What is to be published.
pub(crate) struct Prepared {
    pub(crate) post_processors: Vec<PostProcessorConfig>,
    pub(crate) build: Build,
    /// None if only the template is to be looked at.
    pub(crate) artifact: Option<Artifact>,
}

/// How a publication begins.
#[derive(Default)]
pub(crate) struct Begun {
    pub(crate) options: Options,
    /// The checkpoint that it goes on from: the name of its file, and the text.
    pub(crate) checkpoint: Option<(String, String)>,
}

/// Why it does not go on.
pub(crate) enum Stop {
    /// The findings say it.
    Refused,
    Broken(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Broken(error)
    }
}

impl Preparation {
    /// Loads the component.
    pub(crate) fn new(work: &Work) -> Result<Self, Error> {
        Ok(Self {
            component: match &work.component {
                Some(file) => PostProcessor::from_file(file)?,
                None => PostProcessor::embedded()?,
            },
            sandbox: Sandbox::new(),
            documents: Vec::new(),
            findings: Vec::new(),
            shown: 0,
            mask: Mask::new(&[]),
        })
    }

    /// Reads everything that was given. All that is wrong is found at once, in the template and in
    /// the artifact.
    pub(crate) async fn read(&mut self, work: &Work) -> Result<Prepared, Stop> {
        let variables = self.keep(inputs::variables(&work.variables).await)?;
        self.mask = Mask::new(&variables);
        let template = self.keep(Document::read(&work.template).await)?;

        let mut instance = self.component.instance(&Sandbox::new()).await?;
        let names = instance.environment(&template.text).await?;
        self.sandbox = Sandbox::new().own_environment(&names);
        let mut instance = self.instance().await?;

        let run = run(&work.template, variables);
        let selected = instance
            .select(&template.text, &run, work.build.as_deref())
            .await?;
        let selected = self.check(&template.name, selected);
        let name = selected
            .as_ref()
            .map(|selected| selected.build.name.as_str());
        let artifact = self.artifact(work, &mut instance, name).await;
        self.documents.push(template);

        let (selected, artifact) = (selected.ok_or(Stop::Refused)?, artifact?);
        let template = work_name(work);
        self.findings.extend(findings(&template, selected.warnings));
        Ok(Prepared {
            post_processors: selected.post_processors,
            build: selected.build,
            artifact,
        })
    }

    /// Checks the configurations by themselves.
    pub(crate) async fn validate(&mut self, work: &Work, prepared: &Prepared) -> Result<(), Stop> {
        let mut instance = self.instance().await?;
        let mut right = true;
        for post_processor in &prepared.post_processors {
            let checked = instance.validate(post_processor, &prepared.build).await?;
            match self.check(&work_name(work), checked) {
                Some(warnings) => self.findings.extend(findings(&work_name(work), warnings)),
                None => right = false,
            }
        }
        if right { Ok(()) } else { Err(Stop::Refused) }
    }

    /// The checkpoint to go on from, if there is one. An empty file is none: `mktemp` makes such.
    pub(crate) fn checkpoint(
        &mut self,
        file: Option<&CheckpointFile>,
    ) -> Result<Option<(String, String)>, Stop> {
        let Some(file) = file else { return Ok(None) };
        let name = file.path().display().to_string();
        let read = file
            .read()
            .map_err(|error| inputs::unusable(&name, "unreadable-file", error.to_string()));
        let text = self.keep(read)?.filter(|text| !text.is_empty());
        Ok(text.map(|text| (name, text)))
    }

    /// Begins to publish, which checks the configurations and whether the artifact fits them.
    pub(crate) async fn begin(
        &mut self,
        work: &Work,
        prepared: &Prepared,
        artifact: &Artifact,
        begun: Begun,
    ) -> Result<Publication, Stop> {
        let sandbox = self.sandbox.clone().artifact_directories(artifact);
        let instance = self.component.instance(&sandbox).await?;
        let (all, build) = (&prepared.post_processors, &prepared.build);
        let options = Some(begun.options);
        let result = match &begun.checkpoint {
            None => instance.begin(all, build, artifact, options).await?,
            Some((name, text)) => {
                show::line(&format!("going on from {name}"));
                let resumed = instance.resume(all, build, artifact, options, text).await?;
                // What is wrong with the checkpoint stands in no place of the template.
                resumed.map_err(|Diagnostics(found)| {
                    let (about_it, others) = found
                        .into_iter()
                        .partition(|diagnostic| diagnostic.code == "malformed-checkpoint");
                    self.findings.extend(findings(name, about_it));
                    Diagnostics(others)
                })
            }
        };
        let mut publication = self.check(&work_name(work), result).ok_or(Stop::Refused)?;
        let warnings = publication.warnings().await?;
        self.findings.extend(findings(&work_name(work), warnings));
        Ok(publication)
    }

    /// Shows what has been found so far, so that it comes before what is done.
    pub(crate) fn show_findings(&mut self) {
        diagnostics::show(&self.findings, &self.documents, &self.mask);
        self.shown = self.findings.len();
    }

    /// What must not be shown.
    pub(crate) fn mask(&self) -> &Mask {
        &self.mask
    }

    /// Ends it.
    pub(crate) fn report(self, outcome: Outcome) -> Report {
        Report {
            outcome,
            findings: self.findings,
            shown: self.shown,
            documents: self.documents,
            mask: self.mask,
        }
    }

    async fn artifact(
        &mut self,
        work: &Work,
        instance: &mut Instance,
        build_name: Option<&str>,
    ) -> Result<Option<Artifact>, Stop> {
        let Some(path) = work.artifact.as_ref().or(work.manifest.as_ref()) else {
            return Ok(None);
        };
        let document = self.keep(Document::read(&path.to_string_lossy()).await)?;
        let checked = match (&work.manifest, build_name) {
            (None, _) => instance.artifact_from_record(&document.text).await?,
            (Some(_), Some(name)) => {
                instance
                    .artifact_from_manifest(&document.text, name)
                    .await?
            }
            // Which of the manifest's builds is meant, only a template that is right can tell.
            (Some(_), None) => return Err(Stop::Refused),
        };
        let artifact = self.check(&document.name, checked);
        self.documents.push(document);
        let mut artifact = artifact.ok_or(Stop::Refused)?;
        artifact.resolve_files();
        Ok(Some(artifact))
    }

    async fn instance(&self) -> Result<Instance, Error> {
        self.component.instance(&self.sandbox).await
    }

    fn keep<T>(&mut self, result: Result<T, Box<Finding>>) -> Result<T, Stop> {
        result.map_err(|finding| {
            self.findings.push(*finding);
            Stop::Refused
        })
    }

    fn check<T>(&mut self, file: &str, checked: Checked<T>) -> Option<T> {
        checked
            .map_err(|Diagnostics(found)| self.findings.extend(findings(file, found)))
            .ok()
    }
}

/// The name by which the template is known to people.
fn work_name(work: &Work) -> String {
    if work.template == "-" {
        "<stdin>".to_owned()
    } else {
        work.template.clone()
    }
}

/// This run, as Packer would describe it.
fn run(template: &str, variables: Vec<(String, String)>) -> Run {
    let text = |path: &Path| path.to_str().map(str::to_owned);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Run {
        template_path: (template != "-")
            .then(|| std::path::absolute(template).ok())
            .flatten()
            .and_then(|path| text(&path)),
        working_directory: env::current_dir().ok().and_then(|path| text(&path)),
        packer_version: None,
        started_at: now.ok().map(|now| now.as_secs()),
        variables,
    }
}
