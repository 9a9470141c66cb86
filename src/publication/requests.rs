//! Which request each state sends.

use super::state::State;
use super::{Payload, Publication};
use crate::atlas::search::Wanted;
use crate::atlas::{
    Body, ByteRange, Request, authenticate, create_artifact, create_version, get_artifact,
    head_file, search, upload,
};
use crate::steps::Failure;

impl Publication {
    /// The request that is under way, to where it was redirected to.
    pub(super) fn request(&self) -> Result<Request, Failure> {
        let mut request = self.original_request()?;
        if let Some(url) = self.delivery.redirects().last() {
            request.url.clone_from(url);
        }
        Ok(request)
    }

    /// The request that is under way, to where it was sent first.
    pub(super) fn original_request(&self) -> Result<Request, Failure> {
        let job = self.job()?;
        let atlas = &job.atlas;
        let slug = &job.configuration.artifact;
        let kind = &job.configuration.artifact_type;
        let search = |wanted| search::request(atlas, slug, kind, &wanted, None, &[]);
        Ok(match &self.state {
            State::Verify => authenticate::request(atlas),
            State::Find | State::FindTaken(_) => get_artifact::request(atlas, slug, &job.key),
            State::Create => create_artifact::request(atlas, slug),
            State::FindLatest(_) => search(Wanted::Latest),
            State::NewVersion(payload) => {
                let has_file = !matches!(payload, Payload::None);
                let body = job.request_body(self.receipts.last(), has_file);
                create_version::request(atlas, slug, kind, &body, &job.key)
            }
            State::FindLost(_, lost) => search(match lost.unlisted.last() {
                Some(number) => Wanted::Number(*number),
                None => Wanted::Any,
            }),
            State::FindUpload(_, version) => search(Wanted::Number(*version)),
            State::Upload(upload) => {
                let slug = job.version_slug(upload.sent.version);
                match &upload.pieces {
                    Some(pieces) => pieces.request(&slug),
                    None => {
                        let whole = Body::Range(ByteRange {
                            source: upload.source.clone(),
                            offset: 0,
                            length: upload.sent.size,
                        });
                        let purpose = format!("upload the file of {slug}");
                        upload::request(&upload.url, purpose, whole)
                    }
                }
            }
            State::CheckUpload(sent, _) => head_file::request(atlas, slug, kind, sent.version),
            State::Confirm => {
                let receipt = self.receipts.get(self.current);
                search(Wanted::Number(
                    receipt.ok_or_else(Failure::internal)?.version,
                ))
            }
            State::Pack(_) | State::Done | State::Failed(_) => return Err(Failure::internal()),
        })
    }
}
