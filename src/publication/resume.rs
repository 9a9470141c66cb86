//! Going on from a checkpoint.

use super::checkpoint::{self, SavedJob};
use super::job::Job;
use super::{Options, Publication, Receipt};
use crate::artifact::Artifact;
use crate::build::Build;
use crate::diagnostic::{Code, Diagnostic};
use crate::post_processor::PostProcessor;
use crate::surroundings::Surroundings;

impl Publication {
    /// Goes on with a publication that a [`checkpoint`](Self::checkpoint) was written of. What was
    /// begun is finished as it was begun, even where the configuration would now say something else
    /// of it, `{{timestamp}}` for example.
    ///
    /// # Errors
    /// As those of [`begin`](Self::begin); and if the checkpoint is none, or is about another artifact.
    pub fn resume(
        post_processors: &[PostProcessor],
        build: &Build,
        artifact: &Artifact,
        options: Options,
        checkpoint: &str,
        surroundings: &dyn Surroundings,
    ) -> Result<Self, Vec<Diagnostic>> {
        let saved = checkpoint::read(checkpoint);
        let begun = Self::begin(post_processors, build, artifact, options, surroundings);
        match (begun, saved) {
            (Ok(mut publication), Ok(saved)) => {
                publication
                    .restore(saved)
                    .map_err(|finding| vec![finding])?;
                Ok(publication)
            }
            (Ok(_), Err(finding)) => Err(vec![finding]),
            (Err(findings), Ok(_)) => Err(findings),
            (Err(mut findings), Err(finding)) => {
                findings.push(finding);
                Err(findings)
            }
        }
    }

    fn restore(&mut self, saved: Vec<SavedJob>) -> Result<(), Diagnostic> {
        for (index, saved) in saved.into_iter().enumerate() {
            let making = &saved.making;
            if !making.in_doubt && making.made.is_none() {
                continue;
            }
            let previous = self.receipts.last();
            let follows = index == self.receipts.len();
            let Some(job) = self.jobs.get_mut(index).filter(|_| follows) else {
                return Err(mismatch(&saved, None));
            };
            let is_same_artifact = match &making.declared {
                Some(declared) => declared.id == job.artifact(previous).id,
                None => true,
            };
            let is_same_place = job.page() == saved.page
                && job.configuration.artifact_type.as_str() == saved.artifact_type;
            if !is_same_artifact || !is_same_place {
                return Err(mismatch(&saved, Some(job)));
            }
            job.key = saved.key;
            job.making = saved.making;
            if let (true, Some(version)) = (saved.published, job.making.made) {
                let receipt = Receipt {
                    tag: job.configuration.artifact.to_string(),
                    artifact_type: saved.artifact_type,
                    version,
                    id: job.declaration(previous, false).id,
                    url: saved.page,
                    size: saved.size,
                    sha256: saved.sha256,
                    confirmed: false,
                };
                self.receipts.push(receipt);
            }
        }
        Ok(())
    }
}

/// The checkpoint is about something else than the post-processor at its place.
fn mismatch(saved: &SavedJob, job: Option<&Job>) -> Diagnostic {
    let id = match &saved.making.declared {
        Some(declared) => format!("`{}` ", declared.id.escape_debug()),
        None => String::new(),
    };
    let message = format!(
        "the checkpoint is about another publication: it was begun for the artifact {id}as {} of {}",
        saved.artifact_type.escape_debug(),
        saved.page.escape_debug()
    );
    let finding = match job {
        Some(job) => job.configuration.whole.clone(),
        None => Diagnostic::error(Code::CheckpointMismatch, ""),
    };
    Diagnostic {
        code: Code::CheckpointMismatch,
        message,
        help: Some("finish that one first, or delete its checkpoint to publish anew".into()),
        ..finding
    }
}
