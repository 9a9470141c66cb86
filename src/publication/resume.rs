//! Going on from a checkpoint.

use super::Publication;
use super::checkpoint::{self, SavedJob};
use super::job::Job;
use crate::diagnostic::{Code, Diagnostic, Problem, Source};
use crate::encoding::decode;

impl Publication {
    /// Goes on with a publication that a [`checkpoint`](Self::checkpoint) was written of. What was
    /// begun is finished as it was begun, even where the configuration would now say something else
    /// of it, `{{timestamp}}` for example.
    pub(super) fn resume(
        begun: Result<Self, Vec<Diagnostic>>,
        checkpoint: &[u8],
    ) -> Result<Self, Vec<Diagnostic>> {
        let saved = decode(checkpoint, Source::Checkpoint).and_then(checkpoint::read);
        match (begun, saved) {
            (Ok(mut publication), Ok(saved)) => {
                let restored = publication.restore(saved);
                restored.map_err(|finding| vec![finding])?;
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
            let progress = &saved.progress;
            if !progress.in_doubt && progress.made.is_none() {
                continue;
            }
            let previous = self.receipts.last();
            let follows = index == self.receipts.len();
            let Some(job) = self.jobs.get_mut(index).filter(|_| follows) else {
                return Err(mismatch(&saved, None));
            };
            let is_same_artifact = match &progress.request_body {
                Some(body) => body.id == job.artifact(previous).id,
                None => true,
            };
            let is_same_place = job.page() == saved.page
                && job.configuration.artifact_type.as_str() == saved.artifact_type;
            if !is_same_artifact || !is_same_place {
                return Err(mismatch(&saved, Some(job)));
            }
            job.key = saved.key;
            job.progress = saved.progress;
            if let (true, Some(version)) = (saved.published, job.progress.made) {
                let receipt = job.receipt(previous, version, saved.size, saved.sha256);
                self.receipts.push(receipt);
            }
        }
        Ok(())
    }
}

/// The checkpoint is about something else than the post-processor at its place.
fn mismatch(saved: &SavedJob, job: Option<&Job>) -> Diagnostic {
    let id = match &saved.progress.request_body {
        Some(body) => format!("`{}` ", body.id.escape_debug()),
        None => String::new(),
    };
    let message = format!(
        "the checkpoint is about another publication: it was begun for the artifact {id}as {} of {}",
        saved.artifact_type.escape_debug(),
        saved.page.escape_debug()
    );
    let problem = Problem::error(Code::CheckpointMismatch, message)
        .help("finish that one first, or delete its checkpoint to publish again");
    match job {
        Some(job) => problem.at(job.configuration.place.clone()),
        None => problem.about(Source::Checkpoint),
    }
}
