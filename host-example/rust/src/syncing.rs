//! Tells the disk now and then to write what there is, so that there is little to wait for at the end.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

/// How much is written before the disk is told so.
const SYNCED_AT_ONCE: usize = 64 << 20;

/// How many bytes nobody has told the disk to write yet, and whether it is told just now.
#[derive(Debug, Default)]
pub(crate) struct Syncing {
    unsynced: usize,
    is_syncing: Arc<AtomicBool>,
}

impl Syncing {
    /// So many bytes were written to the file.
    pub(crate) fn wrote(&mut self, bytes: usize, file: &File) {
        self.unsynced = self.unsynced.saturating_add(bytes);
        if self.unsynced < SYNCED_AT_ONCE || self.is_syncing.swap(true, Relaxed) {
            return;
        }
        self.unsynced = 0;
        let is_syncing = Arc::clone(&self.is_syncing);
        let file = file.try_clone();
        thread::spawn(move || {
            // Whether it is written is asked at the end.
            drop(file.map(|file| file.sync_data()));
            is_syncing.store(false, Relaxed);
        });
    }
}
