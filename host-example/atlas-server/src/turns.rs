//! Turns: at most one request at a time works on a resumable upload, and the newest is that one.
//!
//! When a line breaks, the client often knows before the server does, and comes back while the old
//! request still waits for bytes. So a new request ends the one before, which keeps what has come,
//! and then takes its turn (draft-ietf-httpbis-resumable-upload, section "Concurrency").

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{self, OwnedMutexGuard, watch};

use crate::partial_file::Hashed;

/// The turns at all uploads.
#[derive(Default)]
pub(crate) struct Turns(Mutex<HashMap<String, Arc<Slot>>>);

/// One upload.
struct Slot {
    newest: watch::Sender<u64>,
    hashed: Arc<sync::Mutex<Hashed>>,
}

/// A turn: it lasts until it is dropped.
pub(crate) struct Turn {
    /// What is hashed already, carried from turn to turn.
    pub(crate) hashed: OwnedMutexGuard<Hashed>,
    number: u64,
    slot: Arc<Slot>,
}

impl Turns {
    /// Ends the turn before, and waits for it.
    pub(crate) async fn take(&self, key: &str) -> Turn {
        let (slot, number) = {
            let mut slots = self.slots();
            let slot = slots.entry(key.to_owned()).or_insert_with(|| {
                Arc::new(Slot {
                    newest: watch::Sender::new(0),
                    hashed: Arc::default(),
                })
            });
            slot.newest.send_modify(|number| *number += 1);
            let number = *slot.newest.borrow();
            (Arc::clone(slot), number)
        };
        let hashed = Arc::clone(&slot.hashed).lock_owned().await;
        Turn {
            hashed,
            number,
            slot,
        }
    }

    /// Whether a request works on an upload.
    pub(crate) fn is_taken(&self, key: &str) -> bool {
        let slots = self.slots();
        // The map's own is one; others are only made while it is locked.
        slots
            .get(key)
            .is_some_and(|slot| Arc::strong_count(slot) > 1)
    }

    /// Ends the last turn at an upload that is no more. If others wait, one of them will do this.
    pub(crate) fn forget(&self, key: &str, turn: Turn) {
        let mut slots = self.slots();
        drop(turn);
        if slots
            .get(key)
            .is_some_and(|slot| Arc::strong_count(slot) == 1)
        {
            slots.remove(key);
        }
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<String, Arc<Slot>>> {
        // Nothing is done under the lock that could be left half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// Waits until a newer request wants the turn.
    pub(crate) fn over(&self) -> impl Future<Output = ()> + Send + use<> {
        let (mut newest, number) = (self.slot.newest.subscribe(), self.number);
        async move { drop(newest.wait_for(|newest| *newest != number).await) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[tokio::test]
    async fn a_new_turn_ends_the_one_before_and_waits_for_it() {
        let turns = Turns::default();
        let first = turns.take("a").await;
        let over = first.over();
        assert!(turns.take("b").now_or_never().is_some(), "another upload");
        assert!(first.over().now_or_never().is_none());
        let mut second = Box::pin(turns.take("a"));
        assert!(second.as_mut().now_or_never().is_none());
        over.await;
        drop(first);
        assert!(second.await.over().now_or_never().is_none());
    }

    #[tokio::test]
    async fn an_upload_is_forgotten_when_nobody_works_on_it() {
        let turns = Turns::default();
        let first = turns.take("a").await;
        let mut second = Box::pin(turns.take("a"));
        assert!(second.as_mut().now_or_never().is_none());
        turns.forget("a", first);
        assert!(turns.is_taken("a"));
        turns.forget("a", second.await);
        assert!(!turns.is_taken("a") && turns.slots().is_empty());
    }
}
