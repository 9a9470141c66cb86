//! Why publishing fails.

use atlas_host::{Diagnostics, DriveError, Error};

use crate::protocol::client::CallError;

/// Why there is nothing published.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub enum PublishError {
    /// The configuration is wrong, or the artifact does not fit it; nothing was sent.
    Refused(#[from] Diagnostics),
    /// Publishing began and came to no good end.
    Stopped(#[from] DriveError),
    /// The component broke.
    Component(#[from] Error),
    /// The artifact can't be asked for.
    Artifact(#[from] CallError),
}
