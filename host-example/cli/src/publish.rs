//! `atlas-host validate` and `atlas-host publish`.

use atlas_host::{CheckpointFile, Ending, Storage};

use crate::arguments::{Publish, Work};
use crate::exit_plan::ExitPlan;
use crate::prepare::Given;
use crate::session::{CommandError, run};

/// Checks a template, and whether an artifact fits it if one is given.
pub(crate) async fn validate(work: &Work) -> u8 {
    let begin = async |component| Given::read(work, component).await;
    run(&work.telling, begin, async |session, given| {
        let prepared = given.prepare(work, session).await?;
        match &prepared.artifact {
            Some(artifact) => drop(prepared.begin(session, artifact, None).await?),
            None => prepared.validate(session).await?,
        }
        Ok(Ending::Valid)
    })
    .await
}

/// Publishes an artifact, or goes on with it.
pub(crate) async fn publish(arguments: &Publish) -> ExitPlan {
    let work = &arguments.work;
    // Before anything is read: what another process is at must not be begun.
    let locked = arguments
        .resume
        .as_ref()
        .map(|path| (path, CheckpointFile::lock(path)));
    let mut kept = None;
    let begin = async |component| Given::read(work, component).await;
    let status = run(&work.telling, begin, async |session, given| {
        let prepared = given.prepare(work, session).await?;
        let Some(artifact) = &prepared.artifact else {
            // The command line demands one.
            return Err(CommandError::Refused);
        };
        let mut options = arguments.options();
        let mut file = None;
        if let Some((path, locked)) = locked {
            let (locked, checkpoint) = session.checkpoint(path, locked).await?;
            options.checkpoint = checkpoint;
            file = Some(locked);
        }
        let (mut publication, packer) = prepared.begin(session, artifact, Some(&options)).await?;
        let mut storage = Storage::from(arguments.packer(packer));
        if let Some(file) = file {
            storage.keep_in(file);
        }
        let ending = session.drive(&mut publication, &mut storage).await;
        kept = storage.take_checkpoint();
        ending
    })
    .await;
    ExitPlan::new(status, kept)
}
