//! What was published is looked for at the end.

use super::Publication;
use super::state::State;
use crate::atlas::ApiError;
use crate::atlas::digest::SHA256_LENGTH;
use crate::atlas::search::{self, Listed};
use crate::sanitize::sanitize_and_cut;
use crate::steps::{Answer, Failure, Receipt};

impl Publication {
    /// Whether this answer tells that what was published is there, or will never be listed.
    pub(super) fn is_listed(&self, answer: Answer) -> bool {
        match (answer.map(search::read), self.receipts.get(self.current)) {
            (Ok(Ok(listing)), Some(receipt)) => listing.version(receipt.version).is_some(),
            (Ok(Err(ApiError::Unreadable { .. })), _) => false,
            _ => true,
        }
    }

    /// The state after the search for what was published.
    pub(super) fn on_confirmation(&mut self, answer: Answer) -> Result<State, Failure> {
        let receipt = self.receipts.get_mut(self.current);
        let receipt = receipt.ok_or_else(Failure::internal)?;
        match answer.map(search::read) {
            Ok(Ok(listing)) => match listing.version(receipt.version) {
                None => return Err(Failure::not_found_again(receipt, "it is not listed")),
                Some(listed) => {
                    if let Some(difference) = difference(listed, receipt) {
                        return Err(Failure::another_file(receipt, &difference));
                    }
                    receipt.confirmed = true;
                }
            },
            // There are servers that have no search.
            Ok(Err(
                ApiError::NotFound
                | ApiError::Status {
                    status: 405 | 501, ..
                },
            )) => {}
            Ok(Err(error)) => {
                let why = Failure::explain(&error, true);
                return Err(Failure::not_found_again(receipt, &why));
            }
            Err(error) => return Err(Failure::not_found_again(receipt, &error.to_string())),
        }
        self.current += 1;
        Ok(match self.jobs.get(self.current) {
            Some(_) => State::Confirm,
            None => State::Done,
        })
    }
}

/// What is not as it was uploaded, where the server tells it.
fn difference(listed: &Listed, receipt: &Receipt) -> Option<String> {
    if let (Some(there), Some(sent)) = (listed.size, receipt.size)
        && there != sent
    {
        return Some(format!("it has {there} bytes, not {sent}"));
    }
    let (there, sent) = (listed.sha256.as_ref()?, receipt.sha256.as_ref()?);
    let there = sanitize_and_cut(there, SHA256_LENGTH);
    let differs = !there.eq_ignore_ascii_case(sent);
    differs.then(|| format!("its SHA-256 is {there}, not {sent}"))
}
