//! Which request each state sends.

use super::state::State;
use super::{Payload, Publication};
use crate::atlas::search::Wanted;
use crate::atlas::{
    Request, authenticate, create_artifact, create_version, download, find_artifact, search, upload,
};

impl Publication {
    /// The request that is under way, to where it was redirected to.
    pub(super) fn request(&self) -> Option<Request> {
        let mut request = self.original_request()?;
        if let Some(redirected) = &self.redirected {
            request.url.clone_from(&redirected.url);
        }
        Some(request)
    }

    fn original_request(&self) -> Option<Request> {
        let index = self.state.job()?;
        let job = self.jobs.get(index)?;
        let atlas = &job.atlas;
        let slug = &job.configuration.artifact;
        let kind = &job.configuration.artifact_type;
        let search = |wanted| search::request(atlas, slug, kind, wanted);
        Some(match &self.state {
            State::Verify(_) => authenticate::request(atlas),
            State::Find(_) | State::FindTaken(..) => find_artifact::request(atlas, slug, &job.key),
            State::Create(_) => create_artifact::request(atlas, slug),
            State::FindLatest(..) => search(Wanted::Latest),
            State::NewVersion(_, payload) => {
                let has_file = !matches!(payload, Payload::None);
                let new = job.declaration(self.receipts.last(), has_file);
                create_version::request(atlas, slug, kind, &new, &job.key)
            }
            State::FindLost(..) => search(Wanted::Any),
            State::FindUpload(_, _, version) => search(Wanted::Number(*version)),
            State::Upload(_, upload) => {
                let slug = job.version_slug(upload.sent.version);
                let purpose = format!("upload the file of {slug}");
                upload::request(&upload.url, purpose, upload.body.clone())
            }
            State::CheckUpload(_, sent, _) => download::request(atlas, slug, kind, sent.version),
            State::Confirm(_) => search(Wanted::Number(self.receipts.get(index)?.version)),
            State::Pack(..) | State::Done | State::Failed(_) => return None,
        })
    }
}
