//! One run of a command: the component, what it may see, and what is told, from the inputs to the end.

use std::path::Path;

use atlas_host::{
    Checked, CheckpointFile, Component, Diagnostic, Diagnostics, DriveError, Ending, Error,
    Failure, FileError, Instance, Reporter, Sandbox, Source, Storage, Transfer, drive,
};

use crate::arguments::Telling;
use crate::console::Console;
use crate::inputs::{Document, Unusable};
use crate::process::Client;
use crate::show;

/// What a command has until it ends. What is wrong is told when it is found.
pub(crate) struct Session {
    pub(crate) component: Component,
    /// What the guest sees but for files.
    pub(crate) sandbox: Sandbox,
    /// The most bytes of a text that are of use.
    pub(crate) limit: u64,
    pub(crate) reporter: Reporter,
}

/// Why a command does not go on.
pub(crate) enum CommandError {
    /// The findings say it.
    Refused,
    /// The component broke.
    Component(Error),
}

impl From<Error> for CommandError {
    fn from(error: Error) -> Self {
        Self::Component(error)
    }
}

impl Session {
    /// Begins with the environment that this template asks for, and these variables.
    pub(crate) async fn begin(
        component: Component,
        telling: &Telling,
        template: &[u8],
        variables: &[(String, String)],
    ) -> Result<Self, Error> {
        let mut instance = component.instance(&Sandbox::new()).await?;
        let limit = instance.text_limit().await?;
        let names = instance.environment(template).await?;
        let sandbox = Sandbox::new().own_environment(&names);
        let reporting = component.instance(&sandbox).await?;
        let reporter = Reporter::new(reporting, show::style(telling.verbose), variables).await?;
        Ok(Self {
            component,
            sandbox,
            limit,
            reporter,
        })
    }

    pub(crate) async fn instance(&self) -> Result<Instance, Error> {
        self.component.instance(&self.sandbox).await
    }

    /// The checkpoint to go on from, if there is one.
    pub(crate) async fn checkpoint(
        &mut self,
        name: &Path,
        file: Result<CheckpointFile, FileError>,
    ) -> Result<(CheckpointFile, Option<Vec<u8>>), CommandError> {
        let limit = self.limit.saturating_add(1);
        let read = file.and_then(|file| {
            let text = file.read(limit)?;
            Ok((file, text))
        });
        let (file, text) = self.file(Source::Checkpoint, name, read).await?;
        if let Some(text) = &text {
            let name = name.display().to_string();
            let reporter = &mut self.reporter;
            reporter.document(Source::Checkpoint, &name, text).await?;
        }
        Ok((file, text))
    }

    /// Does it, step by step.
    pub(crate) async fn drive(
        &mut self,
        work: &mut Transfer,
        storage: &mut Storage,
    ) -> Result<Ending, CommandError> {
        let (client, console) = (Client::new(), Console::new());
        let driven = drive(work, &client, storage, &mut self.reporter, &console).await;
        console.end();
        match driven {
            Ok(achievement) => Ok(Ending::Done(achievement)),
            Err(DriveError::Failed(failure)) => Ok(Ending::Failed(failure)),
            Err(DriveError::Component(error)) => Err(error.into()),
        }
    }

    pub(crate) async fn note(&mut self, document: &Document) -> Result<(), Error> {
        let Document { source, name, text } = document;
        self.reporter.document(*source, name, text).await
    }

    pub(crate) async fn tell(&mut self, found: &[Diagnostic]) -> Result<(), Error> {
        show::lines(&self.reporter.diagnostics(found).await?);
        Ok(())
    }

    /// A file that is worked with, if it can be.
    pub(crate) async fn file<T>(
        &mut self,
        source: Source,
        name: &Path,
        file: Result<T, FileError>,
    ) -> Result<T, CommandError> {
        let name = || name.display().to_string();
        self.usable(file.map_err(|error| Unusable::Unreadable(source, name(), error)))
            .await
    }

    pub(crate) async fn usable<T>(
        &mut self,
        input: Result<T, Unusable>,
    ) -> Result<T, CommandError> {
        match input {
            Ok(input) => Ok(input),
            Err(unusable) => {
                self.tell_unusable(unusable).await?;
                Err(CommandError::Refused)
            }
        }
    }

    pub(crate) async fn tell_unusable(&mut self, input: Unusable) -> Result<(), Error> {
        match input {
            Unusable::Unreadable(source, name, error) => {
                show::lines(&self.reporter.unreadable(source, &name, &error).await?);
            }
            Unusable::Wrong(document, Diagnostics(found)) => {
                self.note(&document).await?;
                self.tell(&found).await?;
            }
        }
        Ok(())
    }

    /// What was begun, with what is to be warned of told.
    pub(crate) async fn begun(
        &mut self,
        begun: Checked<Transfer>,
    ) -> Result<Transfer, CommandError> {
        let mut transfer = self.check(begun).await?.ok_or(CommandError::Refused)?;
        self.tell(&transfer.warnings().await?).await?;
        Ok(transfer)
    }

    pub(crate) async fn check<T>(&mut self, checked: Checked<T>) -> Result<Option<T>, Error> {
        match checked {
            Ok(right) => Ok(Some(right)),
            Err(Diagnostics(found)) => {
                self.tell(&found).await?;
                Ok(None)
            }
        }
    }
}

/// Begins a session, does the work of a command and tells how it ended, unless the command has told
/// that itself. Gives the exit status.
pub(crate) async fn run<T, E: Into<Option<Ending>>>(
    telling: &Telling,
    begin: impl AsyncFnOnce(Component) -> Result<(Session, T), Error>,
    command: impl AsyncFnOnce(&mut Session, T) -> Result<E, CommandError>,
) -> u8 {
    let component = match &telling.component {
        Some(file) => Component::from_file(file),
        None => Component::embedded(),
    };
    let begun = match component {
        Ok(component) => begin(component).await,
        Err(error) => Err(error),
    };
    let (reporter, ending) = match begun {
        Ok((mut session, given)) => {
            let ending = match command(&mut session, given).await {
                Ok(ending) => match ending.into() {
                    Some(ending) => ending,
                    None => return 0,
                },
                Err(CommandError::Refused) => Ending::Refused,
                Err(CommandError::Component(error)) => broken(&error),
            };
            (Ok(session.reporter), ending)
        }
        // The component that is built in can tell it.
        Err(error) => (embedded_reporter().await, broken(&error)),
    };
    let finished = match reporter {
        Ok(mut reporter) => finish(&mut reporter, &ending, telling.json).await,
        Err(error) => Err(error),
    };
    finished.unwrap_or_else(|error| {
        show::error("component-failed", &error.to_string());
        1
    })
}

async fn embedded_reporter() -> Result<Reporter, Error> {
    let instance = Component::embedded()?.instance(&Sandbox::new()).await?;
    Reporter::new(instance, show::style(0), &[]).await
}

/// The component itself, or something between it and us, is broken.
fn broken(error: &Error) -> Ending {
    Ending::Failed(Failure {
        code: "component-failed".to_owned(),
        message: error.to_string(),
        published: Vec::new(),
    })
}

/// Shows the end: the result on the standard output, for programs if `json`. Gives the exit status.
async fn finish(reporter: &mut Reporter, ending: &Ending, json: bool) -> Result<u8, Error> {
    let report = reporter.finish(ending).await?;
    if json {
        show::result(&report.json);
        show::lines(&report.lines);
    } else {
        report.lines.iter().for_each(|line| show::result(line));
    }
    show::lines(&report.messages);
    Ok(report.exit_status)
}
