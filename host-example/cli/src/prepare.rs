//! From the command line to what is published: post-processors and an artifact.

use std::env;
use std::path::Path;
use std::time::SystemTime;

use atlas_host::{
    Artifact, Build, Component, Diagnostic, Error, Instance, Options, Packer, PostProcessor, Run,
    Sandbox, Selection, Source, Transfer,
};

use crate::arguments::Work;
use crate::inputs::{self, Document, Unusable};
use crate::session::{CommandError, Session};

/// Variables, and the template or configuration, until they are looked at.
pub(crate) struct Given {
    variables: Vec<(String, String)>,
    unusable: Vec<Unusable>,
    text: Result<Document, Unusable>,
}

/// What is to be published.
pub(crate) struct Prepared {
    post_processors: Vec<PostProcessor>,
    build: Build,
    /// None if only the configuration is to be looked at.
    pub(crate) artifact: Option<Artifact>,
}

impl Given {
    /// Reads what says which variables of the environment the component may see, and begins a session
    /// with these.
    pub(crate) async fn read(work: &Work, component: Component) -> Result<(Session, Self), Error> {
        let mut instance = component.instance(&Sandbox::new()).await?;
        let limit = instance.text_limit().await?;
        let (variables, unusable) =
            inputs::variables(&work.variables, &mut instance, limit).await?;
        let (source, name) = match (&work.template, &work.config) {
            (Some(template), _) => (Source::Template, template.as_str()),
            (None, config) => (Source::Configuration, config.as_deref().unwrap_or("-")),
        };
        let text = Document::read(source, name, limit).await;
        let template = match &text {
            Ok(document) if source == Source::Template => &document.text[..],
            _ => &[],
        };
        let session = Session::begin(component, &work.telling, template, &variables).await?;
        let given = Self {
            variables,
            unusable,
            text,
        };
        Ok((session, given))
    }

    /// Looks at everything that was given. All that is wrong is found at once, in the variables, in the
    /// template or configuration and in the artifact.
    pub(crate) async fn prepare(
        self,
        work: &Work,
        session: &mut Session,
    ) -> Result<Prepared, CommandError> {
        let mut right = self.unusable.is_empty();
        for input in self.unusable {
            session.tell_unusable(input).await?;
        }
        let mut instance = session.instance().await?;
        let mut selected = None;
        match self.text {
            Ok(document) => {
                let run = run(work.template.as_deref(), self.variables);
                selected = select(session, &mut instance, work, document, run).await?;
            }
            Err(unusable) => {
                session.tell_unusable(unusable).await?;
                right = false;
            }
        }
        let build = selected.as_ref().map(|selected| &selected.build);
        let artifact = artifact(session, &mut instance, work, build).await;

        let selected = selected.filter(|_| right).ok_or(CommandError::Refused)?;
        let artifact = artifact?;
        session.tell(&selected.warnings).await?;
        let artifact = match artifact {
            Some((artifact, warnings)) => {
                session.tell(&warnings).await?;
                Some(artifact)
            }
            None => None,
        };
        Ok(Prepared {
            post_processors: selected.post_processors,
            build: selected.build,
            artifact,
        })
    }
}

impl Prepared {
    /// Checks the configurations by themselves.
    pub(crate) async fn validate(&self, session: &mut Session) -> Result<(), CommandError> {
        let mut instance = session.instance().await?;
        let mut right = true;
        for post_processor in &self.post_processors {
            let checked = instance.validate(post_processor, &self.build).await?;
            match session.check(checked).await? {
                Some(warnings) => session.tell(&warnings).await?,
                None => right = false,
            }
        }
        if right {
            Ok(())
        } else {
            Err(CommandError::Refused)
        }
    }

    /// Begins to publish, which checks the configurations and whether the artifact fits them. With
    /// what makes the artifact's archive.
    pub(crate) async fn begin(
        &self,
        session: &mut Session,
        artifact: &Artifact,
        options: Option<&Options>,
    ) -> Result<(Transfer, Packer), CommandError> {
        let sandbox = session.sandbox.clone().artifact_directories(artifact);
        let instance = session.component.instance(&sandbox).await?;
        let (all, build) = (&self.post_processors, &self.build);
        let begun = Transfer::publish(instance, all, build, artifact, options).await?;
        let publication = session.begun(begun).await?;
        Ok((publication, Packer::new(&session.component, &sandbox)))
    }
}

/// The post-processors of the template's build, or the one of the configuration.
async fn select(
    session: &mut Session,
    instance: &mut Instance,
    work: &Work,
    mut document: Document,
    run: Run,
) -> Result<Option<Selection>, Error> {
    let build_name = work.build.as_deref();
    if document.source == Source::Template {
        session.note(&document).await?;
        let checked = instance.select(&document.text, &run, build_name).await?;
        return session.check(checked).await;
    }
    let made = instance.configuration_from_text(&document.text, &work.set);
    let made = made.await?;
    if let Ok(post_processor) = &made {
        // What is wrong with it is found in what was made of the text.
        document.text = post_processor.config.clone().into_bytes();
    }
    session.note(&document).await?;
    let made = session.check(made).await?;
    Ok(made.map(|post_processor| Selection {
        build: Build {
            name: build_name.unwrap_or_default().to_owned(),
            builder_type: String::new(),
            run,
        },
        post_processors: vec![post_processor],
        warnings: Vec::new(),
    }))
}

/// What the build made, and warnings about that.
async fn artifact(
    session: &mut Session,
    instance: &mut Instance,
    work: &Work,
    build: Option<&Build>,
) -> Result<Option<(Artifact, Vec<Diagnostic>)>, CommandError> {
    let Some(path) = work.artifact.as_ref().or(work.manifest.as_ref()) else {
        return Ok(None);
    };
    let name = path.to_string_lossy();
    let document = Document::read(Source::Artifact, &name, session.limit).await;
    let document = session.usable(document).await?;
    session.note(&document).await?;
    let checked = match (&work.manifest, build) {
        (None, _) => instance.artifact_from_record(&document.text).await?,
        (Some(_), Some(build)) => {
            instance
                .artifact_from_manifest(&document.text, build)
                .await?
        }
        // Which of the manifest's builds is meant, only a template that is right can tell.
        (Some(_), None) => return Err(CommandError::Refused),
    };
    let checked = session.check(checked).await?;
    let (mut artifact, warnings) = checked.ok_or(CommandError::Refused)?;
    artifact.resolve_files();
    Ok(Some((artifact, warnings)))
}

/// This run, as Packer would describe it.
fn run(template: Option<&str>, variables: Vec<(String, String)>) -> Run {
    let text = |path: &Path| path.to_str().map(str::to_owned);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Run {
        template_path: template
            .filter(|template| *template != "-")
            .and_then(|template| std::path::absolute(template).ok())
            .and_then(|path| text(&path)),
        working_directory: env::current_dir().ok().and_then(|path| text(&path)),
        packer_version: None,
        started_at: now.ok().map(|now| now.as_secs()),
        variables,
    }
}
