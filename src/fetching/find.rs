//! What a search for a version answers.

use super::{Answer, Fetch, State, no_answer};
use crate::artifact::amazon;
use crate::atlas::search::{self, Listed, Wanted};
use crate::atlas::{ApiError, download};
use crate::sanitize::sanitize_and_cut;
use crate::steps::{Achievement, Failure, FailureCode, Found, Version};

/// The most characters of a version's metadata in a message.
const MOST_SHOWN: usize = 300;

impl Fetch {
    /// The state after the search for the version.
    pub(super) fn on_found(&mut self, answer: Answer) -> Result<State, Failure> {
        let response = answer.map_err(|error| no_answer(&self.find_request(), error))?;
        let listing = match search::read(response) {
            Ok(listing) => listing,
            // What one may not see is not found either.
            Err(ApiError::NotFound) => search::Listing::default(),
            Err(error) => {
                let attempt = format!("find {}", self.target);
                return Err(Failure::fetching(
                    &attempt,
                    error,
                    self.atlas.token.is_some(),
                ));
            }
        };
        let Some(listed) = self.target.newest(&listing.versions) else {
            let failure = Failure::nothing_found(format!("{} is not there", self.target));
            return Ok(State::FindOthers(failure));
        };
        let version = self.version(listed);
        if self.with_file {
            return match version.url {
                Some(_) => {
                    // What is newer later is another file.
                    self.target.wanted = Wanted::Number(version.version);
                    self.begin_download(&version);
                    Ok(State::Download(version))
                }
                None => Err(Failure::nothing_found(format!(
                    "{} has no file",
                    version.slug
                ))),
            };
        }
        let field = match &self.target.field {
            None => None,
            Some(field) => Some(field.of(&version).map_err(|why| {
                Failure::nothing_found(format!("{} is there, but {why}", version.slug))
            })?),
        };
        Ok(State::Done(Achievement::Found(Found { version, field })))
    }

    /// That nothing was found, with what there is instead.
    pub(super) fn with_others(&self, failure: Failure, answer: Answer) -> Failure {
        let listing = answer.ok().and_then(|response| search::read(response).ok());
        let newest = listing.as_ref().and_then(|listing| {
            let versions = listing.versions.iter();
            versions.max_by_key(|listed| listed.version)
        });
        let all = format!("{}/{}", self.target.slug, self.target.artifact_type);
        let there = match newest {
            None => format!(
                "there is no version of {all}, or none that {} may see",
                match self.atlas.token {
                    Some(_) => "this token",
                    None => "one without a token",
                }
            ),
            Some(newest) => {
                let metadata = newest.metadata.iter().take(10);
                let metadata: Vec<_> = metadata.map(|(k, v)| format!("{k}={v}")).collect();
                let metadata = match metadata.as_slice() {
                    [] => "without metadata".to_owned(),
                    all => format!("with {}", sanitize_and_cut(&all.join(", "), MOST_SHOWN)),
                };
                format!("the newest version is {all}/{} {metadata}", newest.version)
            }
        };
        Failure::nothing_found(format!("{}; {there}", failure.message))
    }

    fn version(&self, listed: &Listed) -> Version {
        let slug = &self.target.slug;
        let kind = &self.target.artifact_type;
        let has_file = listed.file != Some(false);
        Version {
            slug: format!("{slug}/{kind}/{}", listed.version),
            tag: slug.to_string(),
            artifact_type: kind.to_string(),
            version: listed.version,
            id: listed.id.clone(),
            metadata: listed.metadata.clone(),
            url: has_file.then(|| download::url(&self.atlas, slug, kind, listed.version)),
            size: listed.size,
            sha256: listed.sha256.clone(),
            amis: amazon::amis(&listed.metadata, &listed.id),
            revoke_at: listed.revoke_at.clone(),
        }
    }
}

impl Failure {
    /// There is nothing of what was looked for.
    pub(super) fn nothing_found(message: String) -> Self {
        Self::new(FailureCode::NothingFound, message)
    }

    /// What a response said to somebody who looks for something.
    pub(super) fn fetching(attempt: &str, error: ApiError, has_token: bool) -> Self {
        let why = match &error {
            ApiError::Authentication if !has_token => {
                "authentication failed: this needs a token; set ATLAS_TOKEN".into()
            }
            error => Self::explain(error, false),
        };
        Self::new(Self::code_of(&error), format!("could not {attempt}: {why}"))
    }
}
