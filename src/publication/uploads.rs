//! What follows from answers about the upload of a version's file.

use super::Publication;
use super::pieces::{Next, Pieces};
use super::state::{State, Upload};
use crate::atlas::resumable_upload::{self as endpoint, Progress};
use crate::atlas::upload_url::UploadUrl;
use crate::atlas::{ApiError, Request, Response};
use crate::steps::{Answer, Failure, FailureCode};

impl Publication {
    /// The state after an answer about an upload in pieces that is not waited out.
    pub(super) fn on_pieces(
        &mut self,
        mut upload: Upload,
        mut pieces: Box<Pieces>,
        answer: Answer,
        request: &Request,
    ) -> Result<State, Failure> {
        let response = match answer {
            Ok(response) => response,
            Err(error) => {
                let failure = Failure::transport(Some(request), error);
                return self.upload_failed(&upload, failure);
            }
        };
        let progress = match (endpoint::read(response), pieces.next) {
            (Ok(progress), _) => progress,
            // The server has forgotten it, or never heard of it.
            (Err(error), Next::Look) if is_unknown(&error) => {
                pieces.next = Next::Begin;
                pieces.offset = 0;
                return Ok(upload.with(pieces));
            }
            (Err(error), _) => {
                let failure = self.refused(&upload, error)?;
                return self.upload_failed(&upload, failure);
            }
        };
        pieces.most_at_once = progress.most_at_once.or(pieces.most_at_once);
        let size = upload.sent.size;
        if let Some(most) = progress.most_in_all.filter(|most| *most < size) {
            let message = format!(
                "could not upload the file: it has {size} bytes, and the server takes at most {most}"
            );
            return Err(Failure::new(FailureCode::Rejected, message));
        }
        match pieces.next {
            Next::Begin => {
                let base = self.job()?.atlas.base_url.clone();
                let slug = self.job()?.version_slug(upload.sent.version);
                pieces.resource = endpoint::resource(response, request, &base)
                    .map_err(|error| Failure::upload_path(&slug, &error))?;
                pieces.offset = 0;
                pieces.next = Next::Append;
                upload.may_expire = true;
            }
            Next::Append => {
                let end = pieces.offset + pieces.piece();
                let is_done = end == size && progress.complete != Some(false);
                self.delivery.advance(end - pieces.offset);
                if is_done {
                    return self.on_uploaded(upload.sent, response.sent_sha256.clone());
                }
                match progress.offset.filter(|offset| *offset != end) {
                    None if end < size => pieces.offset = end,
                    _ => pieces.next = Next::Look,
                }
            }
            Next::Look => return self.on_look(upload, pieces, progress, response),
        }
        Ok(upload.with(pieces))
    }

    /// It is known how far the upload came.
    fn on_look(
        &mut self,
        upload: Upload,
        mut pieces: Box<Pieces>,
        progress: Progress,
        response: &Response,
    ) -> Result<State, Failure> {
        let size = upload.sent.size;
        let is_same_size = progress.length.is_none_or(|length| length == size);
        match progress.offset {
            _ if progress.complete == Some(true) => {
                let there = progress.length.or(progress.offset).unwrap_or(size);
                if there != size {
                    let slug = self.job()?.version_slug(upload.sent.version);
                    return Err(Failure::other_upload(&slug, there, size));
                }
                return self.on_uploaded(upload.sent, response.sent_sha256.clone());
            }
            Some(offset) if offset <= size && is_same_size => {
                self.delivery.advance(offset.saturating_sub(pieces.offset));
                pieces.offset = offset;
                pieces.next = Next::Append;
            }
            // What is there is of another file, or nobody knows of what.
            _ => {
                pieces.offset = 0;
                pieces.next = Next::Begin;
            }
        }
        Ok(upload.with(pieces))
    }

    /// What a refusal of an upload means: the version waits for its file.
    pub(super) fn refused(&self, upload: &Upload, error: ApiError) -> Result<Failure, Failure> {
        let slug = self.job()?.version_slug(upload.sent.version);
        Ok(match &error {
            ApiError::Status {
                status: status @ (403 | 404 | 410),
                ..
            } if upload.may_expire => Failure::upload_expired(&slug, *status),
            _ => Failure::api("upload the file", error),
        })
    }

    /// The upload failed; perhaps the file is there all the same.
    pub(super) fn upload_failed(
        &self,
        upload: &Upload,
        mut failure: Failure,
    ) -> Result<State, Failure> {
        failure.message = self.without_url(upload, &failure.message);
        match upload.in_doubt {
            true => {
                let failure = failure.given_up(self.delivery.given_up());
                Ok(State::CheckUpload(upload.sent, failure))
            }
            false => Err(failure),
        }
    }
}

fn is_unknown(error: &ApiError) -> bool {
    // A server may have no HEAD for what has not begun.
    matches!(
        error,
        ApiError::Status {
            status: 404 | 405 | 410,
            ..
        }
    )
}

impl Upload {
    /// The same, further on in its pieces.
    fn with(self, pieces: Box<Pieces>) -> State {
        State::Upload(Self {
            pieces: Some(pieces),
            ..self
        })
    }

    /// Whether a piece can't be added where it belongs: the server has less or more than is thought, or
    /// has forgotten all of it.
    pub(super) fn is_misplaced(&self, answer: Answer) -> bool {
        let is_piece = self
            .pieces
            .as_ref()
            .is_some_and(|pieces| pieces.moves_file());
        is_piece && answer.is_ok_and(|response| matches!(response.status, 404 | 409 | 410))
    }

    /// How many bytes of the file the request that is under way sends.
    pub(super) fn length(&self) -> u64 {
        let pieces = self.pieces.as_ref();
        pieces.map_or(self.sent.size, |pieces| pieces.piece())
    }

    /// The URLs that it is sent to.
    pub(super) fn urls(&self) -> impl Iterator<Item = &UploadUrl> {
        let resource = self.pieces.iter().map(|pieces| &pieces.resource);
        resource.chain([&self.url])
    }
}
