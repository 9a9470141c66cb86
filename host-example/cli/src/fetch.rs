//! `atlas-host find` and `atlas-host download`.

use std::path::PathBuf;

use atlas_host::{CheckpointFile, Component, DownloadFile, Error, Source, Storage, Transfer};

use crate::arguments::{Download, Find, Wanted};
use crate::exit_plan::ExitPlan;
use crate::session::{CommandError, Session, run};

/// Looks for a version.
pub(crate) async fn find(arguments: &Find) -> u8 {
    let wanted = &arguments.wanted;
    let begin = async |component| begin(wanted, component).await;
    run(&wanted.telling, begin, async |session, ()| {
        let instance = session.instance().await?;
        let begun = Transfer::find(instance, &arguments.query(), &wanted.options()).await?;
        let mut fetch = session.begun(begun).await?;
        session.drive(&mut fetch, &mut Storage::default()).await
    })
    .await
}

/// Downloads the file of a version, or goes on with it.
pub(crate) async fn download(arguments: &Download) -> ExitPlan {
    let wanted = &arguments.wanted;
    let mut kept = None;
    let begin = async |component| begin(wanted, component).await;
    let status = run(&wanted.telling, begin, async |session, ()| {
        let mut options = wanted.options();
        let mut checkpoint = None;
        if let Some(path) = &arguments.resume {
            let locked = CheckpointFile::lock(path);
            let (file, text) = session.checkpoint(path, locked).await?;
            options.checkpoint = text.filter(|text| !text.is_empty());
            checkpoint = Some(file);
        }
        let output = match &arguments.output {
            Some(output) => output.clone(),
            None => file_name(session, wanted).await?,
        };
        let locked = DownloadFile::lock(&output);
        let mut file = session.file(Source::Files, &output, locked).await?;
        match &options.checkpoint {
            Some(_) => options.saved = file.size(),
            None => file.clear(),
        }
        let mut storage = Storage::from(file);
        if let Some(checkpoint) = checkpoint {
            storage.keep_in(checkpoint);
        }
        let instance = session.instance().await?;
        let begun = Transfer::download(instance, &wanted.query(), &options).await?;
        let mut fetch = session.begun(begun).await?;
        let ending = session.drive(&mut fetch, &mut storage).await;
        kept = storage.take_checkpoint();
        ending
    })
    .await;
    ExitPlan::new(status, kept)
}

async fn begin(wanted: &Wanted, component: Component) -> Result<(Session, ()), Error> {
    // Without a template it is Atlas's own variables that are seen.
    Ok((
        Session::begin(component, &wanted.telling, b"", &[]).await?,
        (),
    ))
}

/// What the component calls the file.
async fn file_name(session: &mut Session, wanted: &Wanted) -> Result<PathBuf, CommandError> {
    let instance = session.instance().await?;
    let begun = Transfer::download(instance, &wanted.query(), &wanted.options()).await?;
    let mut fetch = session.check(begun).await?.ok_or(CommandError::Refused)?;
    Ok(fetch.file_name().await?.into())
}
