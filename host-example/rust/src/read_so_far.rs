//! What of a file or of the archive has been read to be sent, over several requests.

use std::sync::{Arc, Mutex, PoisonError};

use crate::beginning::Beginning;
use crate::contract::BodySource;

/// The hashed beginning of what was sent last, so that what is sent in several ranges is read once. Shared
/// with the thread that reads.
#[derive(Clone, Default)]
pub(crate) struct ReadSoFar(Arc<Mutex<Option<(BodySource, Beginning)>>>);

impl ReadSoFar {
    /// What has been read of this one.
    pub(crate) fn of(&self, source: &BodySource) -> Beginning {
        let read = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*read {
            Some((known, beginning)) if known == source => beginning.clone(),
            _ => Beginning::default(),
        }
    }

    /// Notes how far one has been read.
    pub(crate) fn note(&self, source: &BodySource, beginning: Beginning) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((source.clone(), beginning));
    }
}
