//! How a command ended, and the way out of the process.

use std::fs::File;
use std::path::PathBuf;

use atlas_host::CheckpointFile;

use crate::show;

/// How a command ended.
pub(crate) struct ExitPlan {
    pub(crate) status: u8,
    /// The checkpoint of what is done.
    checkpoint: Option<CheckpointFile>,
}

impl ExitPlan {
    /// Removes the checkpoint that was kept, if it is done.
    pub(crate) fn new(status: u8, kept: Option<CheckpointFile>) -> Self {
        Self {
            status,
            checkpoint: kept.filter(|_| status == 0),
        }
    }

    /// Tells how to go on, if it did not come to its end.
    pub(crate) fn show_way_on(&self, resume: Option<&PathBuf>) {
        if let Some(file) = resume.filter(|file| file.exists())
            && !matches!(self.status, 0 | 2)
        {
            show::line(&format!("Run it again to go on from {}.", file.display()));
        }
    }

    /// Exits. The last thing before is to remove the checkpoint: whoever is stopped until then goes
    /// on from it, and does nothing twice. What is between the two must be short.
    pub(crate) fn exit(self) -> ! {
        let mut held = None;
        if let Some(checkpoint) = self.checkpoint {
            // The system clears an open file away when the process is gone, and not in between.
            held = File::open(checkpoint.path()).ok();
            let file = checkpoint.path().display().to_string();
            if checkpoint.remove().is_err() {
                show::line(&format!(
                    "The checkpoint {file} can't be removed: remove it before you use it again."
                ));
            }
        }
        std::mem::forget(held);
        std::process::exit(self.status.into())
    }
}

impl From<u8> for ExitPlan {
    fn from(status: u8) -> Self {
        Self::new(status, None)
    }
}
