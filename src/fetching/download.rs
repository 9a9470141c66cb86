//! What comes of the download of a version's file.

use super::{Answer, Fetch, State, no_answer};
use crate::atlas::digest::SHA256_LENGTH;
use crate::atlas::download::{self, About, Part};
use crate::atlas::{ApiError, Saved, TransportError};
use crate::delivery::is_passing;
use crate::platform::Platform;
use crate::sanitize::sanitize_and_cut;
use crate::steps::{Achievement, Download, Failure, FailureCode, Version};

impl Fetch {
    /// Goes on with what an earlier run has saved, if it is known what it is of.
    pub(super) fn begin_download(&mut self, version: &Version) {
        let part = self.part.take().unwrap_or_default();
        let can_go_on = part.validator.is_some() || version.sha256.is_some();
        self.part = Some(if can_go_on { part } else { Part::default() });
    }

    /// The state after an answer to the download that is not waited out.
    pub(super) fn on_downloaded(
        &mut self,
        version: Version,
        answer: Answer,
        platform: &dyn Platform,
    ) -> Result<State, Failure> {
        let response =
            answer.map_err(|error| no_answer(&self.download_request(&version), error))?;
        let asked = self.part.clone().unwrap_or_default();
        // What is there is no beginning of the file.
        if response.status == 416 && asked.saved > 0 {
            return self.once_more(
                version,
                Part::default(),
                "the server answered 416",
                platform,
            );
        }
        let attempt = format!("download the file of {}", version.slug);
        let about = download::read(response, asked.saved).map_err(|error| match error {
            ApiError::NotFound => Failure::nothing_found(format!("{} has no file", version.slug)),
            error => Failure::fetching(&attempt, error, self.atlas.token.is_some()),
        })?;
        let saved = response.saved.as_ref().ok_or_else(Failure::internal)?;
        if !about.is_as_asked {
            let reason = "the server answered with another part of the file";
            return self.once_more(version, Part::default(), reason, platform);
        }
        let part = Part {
            saved: saved.size,
            validator: about.validator.clone(),
        };
        self.delivery
            .advance(saved.size.saturating_sub(asked.saved));
        if saved.error == Some(TransportError::ResponseTooLarge) {
            self.part = None;
            return Err(differs(&version, "it has more bytes"));
        }
        if let Some(error) = broken_off(saved, about.size.or(version.size)) {
            let is_passing = is_passing(Err(&error));
            self.part = Some(part.clone());
            if !is_passing {
                return Err(no_answer(&self.download_request(&version), &error));
            }
            let reason = self.shown(&error.to_string());
            return self.once_more(version, part, &reason, platform);
        }
        // There is nothing to go on with any more, for better or for worse.
        self.part = None;
        match checked(&version, saved, &about) {
            Ok(download) => Ok(State::Done(Achievement::Downloaded(download))),
            // Put together of two files, perhaps.
            Err(difference) if asked.saved > 0 && !self.began_anew => {
                self.began_anew = true;
                self.once_more(version, Part::default(), &difference, platform)
            }
            Err(difference) => Err(differs(&version, &difference)),
        }
    }

    /// Asks again for what is not there yet, if the policy allows it.
    fn once_more(
        &mut self,
        version: Version,
        part: Part,
        reason: &str,
        platform: &dyn Platform,
    ) -> Result<State, Failure> {
        self.part = Some(part);
        if self.delivery.put_off(reason.into(), None, platform) {
            return Ok(State::Download(version));
        }
        let message = format!("could not download the file of {}: {reason}", version.slug);
        Err(Failure::new(FailureCode::Transport, message))
    }
}

/// What came is another file.
fn differs(version: &Version, difference: &str) -> Failure {
    let message = format!(
        "what came is not the file of {}: {difference}; nothing of it is kept",
        version.slug
    );
    Failure::new(FailureCode::FileDiffers, message)
}

/// Why the file is not whole, if it is not.
fn broken_off(saved: &Saved, size: Option<u64>) -> Option<TransportError> {
    if let Some(error) = &saved.error {
        return Some(error.clone());
    }
    let missing = size.is_some_and(|size| saved.size < size) || saved.sha256.is_none();
    missing.then_some(TransportError::Interrupted)
}

/// Compares what came with what Atlas says of it. The error says in words what differs.
fn checked(version: &Version, saved: &Saved, about: &About) -> Result<Download, String> {
    for size in [version.size, about.size].into_iter().flatten() {
        if size != saved.size {
            return Err(format!("it has {} bytes, not {size}", saved.size));
        }
    }
    let sha256 = saved.sha256.clone().unwrap_or_default();
    let told = [version.sha256.as_ref(), about.sha256.as_ref()];
    for told in told.into_iter().flatten() {
        if !told.eq_ignore_ascii_case(&sha256) {
            let told = sanitize_and_cut(told, SHA256_LENGTH);
            return Err(format!("its SHA-256 is {sha256}, not {told}"));
        }
    }
    Ok(Download {
        version: version.clone(),
        size: saved.size,
        sha256,
        verified: told.iter().any(Option::is_some),
    })
}
