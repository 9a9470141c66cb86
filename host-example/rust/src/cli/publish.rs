//! `atlas-host validate` and `atlas-host publish`.

use atlas_host::{CheckpointFile, DriveError, ReqwestClient, drive};

use super::Ending;
use super::arguments::{Publish, Work};
use super::masking::Mask;
use super::outcome::{Outcome, Report};
use super::prepare::{Begun, Preparation, Prepared, Stop};
use super::show;
use super::watching::Watching;

/// Checks a template, and whether an artifact fits it if one is given.
pub(crate) async fn validate(work: &Work) -> u8 {
    run(work, async |preparation| {
        let prepared = preparation.read(work).await?;
        note_if_nothing(&prepared);
        match &prepared.artifact {
            Some(artifact) => {
                let begun = Begun::default();
                drop(preparation.begin(work, &prepared, artifact, begun).await?);
            }
            None => preparation.validate(work, &prepared).await?,
        }
        Ok(Outcome::Valid)
    })
    .await
}

/// Publishes an artifact, or goes on with it.
pub(crate) async fn publish(arguments: &Publish) -> Ending {
    let work = &arguments.work;
    let checkpoint = arguments.resume.as_ref().map(CheckpointFile::new);
    let status = run(work, async |preparation| {
        let prepared = preparation.read(work).await?;
        note_if_nothing(&prepared);
        let Some(artifact) = &prepared.artifact else {
            // The command line demands one.
            return Err(Stop::Refused);
        };
        let begun = Begun {
            options: arguments.options(),
            checkpoint: preparation.checkpoint(checkpoint.as_ref())?,
        };
        let mut publication = preparation.begin(work, &prepared, artifact, begun).await?;
        preparation.show_findings();
        if let Some(file) = &arguments.resume {
            publication.keep_in(CheckpointFile::new(file));
        }
        let watching = Watching::new(work.verbose, preparation.mask());
        let driven = drive(
            &mut publication,
            &ReqwestClient::new(),
            &arguments.packing(),
            &watching,
        )
        .await;
        watching.end();
        Ok(match driven {
            Ok(receipts) => Outcome::Published(receipts),
            Err(DriveError::Failed(failure)) => Outcome::Failed {
                code: failure.code,
                message: failure.message,
                published: failure.published,
            },
            Err(DriveError::Component(error)) => Outcome::broken(&error),
            Err(error @ DriveError::Checkpoint { .. }) => Outcome::Failed {
                code: "checkpoint-not-kept".to_owned(),
                message: error.to_string(),
                published: Vec::new(),
            },
        })
    })
    .await;
    Ending {
        status,
        checkpoint: checkpoint.filter(|_| status == 0),
    }
}

/// Does the work of a command and tells how it ended.
async fn run(
    work: &Work,
    command: impl AsyncFnOnce(&mut Preparation) -> Result<Outcome, Stop>,
) -> u8 {
    match Preparation::new(work) {
        Ok(mut preparation) => {
            let outcome = match command(&mut preparation).await {
                Ok(outcome) => outcome,
                Err(Stop::Refused) => Outcome::Refused,
                Err(Stop::Broken(error)) => Outcome::broken(&error),
            };
            preparation.report(outcome).finish(work.json)
        }
        Err(error) => Report {
            outcome: Outcome::broken(&error),
            findings: Vec::new(),
            shown: 0,
            documents: Vec::new(),
            mask: Mask::new(&[]),
        }
        .finish(work.json),
    }
}

fn note_if_nothing(prepared: &Prepared) {
    if prepared.post_processors.is_empty() {
        let name = &prepared.build.name;
        show::line(&format!(
            "The build `{name}` has no `atlas` post-processor: there is nothing to publish."
        ));
    }
}
