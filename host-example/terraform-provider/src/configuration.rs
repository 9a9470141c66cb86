//! The provider's own block: which Atlas, and who asks.

use std::fmt;

use atlas_host::FetchOptions;

use crate::diagnostics::error;
use crate::protocol::messages::Diagnostic;
use crate::protocol::value::{Block, Given, ValueError};

/// What stands in the provider's block. By default nothing: then the environment says it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Configuration {
    address: Given<String>,
    token: Given<String>,
}

/// The token is shown nowhere.
impl fmt::Debug for Configuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Configuration")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Configuration {
    /// Reads the block.
    pub fn read(block: &Block) -> Result<Self, ValueError> {
        Ok(Self {
            address: block.text("address")?,
            token: block.text("token")?,
        })
    }

    /// Where it is looked for; none if that is not known yet.
    pub fn options(&self) -> Option<FetchOptions> {
        if self.address.is_unknown() || self.token.is_unknown() {
            return None;
        }
        Some(FetchOptions {
            address: self.address.clone().known(),
            token: self.token.clone().known(),
            ..FetchOptions::default()
        })
    }

    /// What is wrong if nothing can be asked before something else is applied.
    pub fn unknown(&self) -> Diagnostic {
        let (name, of) = match self.address.is_unknown() {
            true => ("address", "the address of Atlas"),
            false => ("token", "the token for Atlas"),
        };
        let summary = format!("{of} is not known yet");
        let detail = format!(
            "The provider's `{name}` depends on something that is not applied yet: apply that first, with \
             -target."
        );
        error(summary, detail)
    }
}
