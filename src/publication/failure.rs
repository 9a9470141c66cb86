//! Why publishing in particular ends early.

use crate::atlas::ApiError;
use crate::atlas::upload_url::UploadUrlError;
use crate::file_error::FileError;
use crate::steps::{Failure, FailureCode, Receipt};

impl Failure {
    /// What a response said to a token that is not verified yet.
    pub fn unverified(error: ApiError) -> Self {
        let why = Self::explain(&error, false);
        Self::new(
            Self::code_of(&error),
            format!("could not verify the token: {why}"),
        )
    }

    /// A file can't be published: what `packing` or the host said.
    pub fn files(code: FailureCode, error: &impl std::fmt::Display) -> Self {
        Self::new(
            code,
            format!("could not prepare the artifact's files: {error}"),
        )
    }

    /// The host can't keep the checkpoint, so the next step must not be done. `made` is a version
    /// that waits for its file.
    pub fn not_kept(error: &FileError, made: Option<&str>, is_begun: bool) -> Self {
        let mut message = format!("the checkpoint can't be written: {error}");
        if let Some(made) = made {
            message += &format!("; {made} was made, but its file was not uploaded");
        }
        if is_begun {
            message += "; --resume goes on from the last checkpoint that was written";
        }
        Self::new(FailureCode::CheckpointNotKept, message)
    }

    /// Where to upload to is not safe.
    pub fn upload_path(slug: &str, error: &UploadUrlError) -> Self {
        let message = format!("{slug} was made, but its file can't be uploaded: {error}");
        Self::new(FailureCode::UnsafeUploadPath, message)
    }

    /// The link to upload to was valid before.
    pub fn upload_expired(slug: &str, status: u16) -> Self {
        let message = format!(
            "the link to upload the file of {slug} to is not valid any more (the server answered {status}): \
             --resume asks Atlas for a new one, and goes on from the checkpoint"
        );
        Self::new(FailureCode::UploadExpired, message)
    }

    /// The version has another file already.
    pub fn other_upload(slug: &str, there: u64, size: u64) -> Self {
        let message = format!(
            "{slug} has a file of {there} bytes already, not this one of {size}: publish again without the \
             checkpoint"
        );
        Self::new(FailureCode::FilesChanged, message)
    }

    /// The files are not those that the version was made for.
    pub fn files_changed(page: &str) -> Self {
        let message = format!(
            "the artifact's files have changed since this publication began: look at {page}, and \
             publish them again without the checkpoint"
        );
        Self::new(FailureCode::FilesChanged, message)
    }

    /// The server made another version where it was asked for the same one again.
    pub fn made_twice(before: &str, now: &str) -> Self {
        let message = format!(
            "{before} was made, and asked for it again the server made {now}: delete one of them, and \
             publish again without the checkpoint"
        );
        Self::new(FailureCode::UnexpectedAnswer, message)
    }

    /// What was published can't be found.
    pub fn not_found_again(receipt: &Receipt, why: &str) -> Self {
        let message = format!(
            "{} is published, but could not be found by a search: {why}; look at {}",
            receipt.slug, receipt.url
        );
        Self::new(FailureCode::NotConfirmed, message)
    }

    /// What was published is not what was sent.
    pub fn another_file(receipt: &Receipt, difference: &str) -> Self {
        let message = format!(
            "{} is published, but it holds another file than was sent: {difference}; look at {}",
            receipt.slug, receipt.url
        );
        Self::new(FailureCode::NotConfirmed, message)
    }
}
