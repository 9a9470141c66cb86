//! Packing on all cores.
//!
//! Every worker has an instance of its own, plans the same archive, and makes blocks of it, one
//! after the other in the order of a common counter. The blocks are written in their order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

use super::{Packer, Stop};
use crate::contract::{Block, Diagnostic, FileError, Severity, Source};
use crate::observer::Observer;
use crate::spool::{Packed, Spool};

/// How often progress is shown.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

/// How far, in blocks a worker, the workers may be ahead of what is written.
const AHEAD: u32 = 2;

/// Makes the archive, in the background.
pub(super) async fn pack(
    packer: &Packer,
    files: &[String],
    observer: &dyn Observer,
) -> Result<Packed, Stop> {
    let job = Arc::new(Job {
        packer: packer.clone(),
        files: files.to_owned(),
        size: AtomicU64::new(0),
        done: AtomicU64::new(0),
        stopped: AtomicBool::new(false),
    });
    let stop_at_end = StopAtEnd(Arc::clone(&job));
    let (sender, mut packed) = oneshot::channel();
    thread::spawn(move || sender.send(job.run()));
    let job = &stop_at_end.0;
    loop {
        tokio::select! {
            packed = &mut packed => {
                // If the thread has panicked, it has said so.
                let broke = |_| Err(FileError::Other("packing broke".into()).into());
                return packed.unwrap_or_else(broke);
            }
            () = tokio::time::sleep(PROGRESS_INTERVAL) => {
                let size = job.size.load(Ordering::Relaxed);
                if size > 0 {
                    observer.packed(job.done.load(Ordering::Relaxed), size);
                }
            }
        }
    }
}

/// What all workers share.
struct Job {
    packer: Packer,
    files: Vec<String>,
    /// Bytes that are packed, once known, and how many of them are.
    size: AtomicU64,
    done: AtomicU64,
    stopped: AtomicBool,
}

/// Stops the workers when nobody waits for them any more.
struct StopAtEnd(Arc<Job>);

impl Drop for StopAtEnd {
    fn drop(&mut self) {
        self.0.stopped.store(true, Ordering::Relaxed);
    }
}

/// Which blocks are to be made next.
#[derive(Default)]
struct Turns {
    next: AtomicU32,
    written: Mutex<u32>,
    moved_on: Condvar,
}

type Made = Result<(u32, Block), Stop>;

impl Job {
    fn run(&self) -> Result<Packed, Stop> {
        on_this_thread(async {
            let mut spool = Spool::new(&self.packer.spool)?;
            let mut planned = self.packer.plan(&self.files).await?;
            let size = planned.size().await?;
            self.size.store(size, Ordering::Relaxed);
            let blocks = planned.blocks().await?;
            let fingerprint = planned.fingerprint().await?;
            let sums = self.make(blocks, &fingerprint, &mut spool)?;
            let trailer = planned.trailer(&sums).await??;
            spool.write(&trailer)?;
            Ok(spool.finish()?)
        })
    }

    /// Makes all blocks and writes them; what the trailer is made from.
    fn make(
        &self,
        blocks: u32,
        fingerprint: &str,
        spool: &mut Spool,
    ) -> Result<Vec<(u32, u64)>, Stop> {
        let turns = Turns::default();
        let workers = self.packer.workers.get();
        thread::scope(|scope| {
            let (sender, made) = sync_channel(workers);
            for _ in 0..workers.min(blocks as usize) {
                let (sender, turns) = (sender.clone(), &turns);
                scope.spawn(move || {
                    let worked = on_this_thread(self.work(blocks, fingerprint, turns, &sender));
                    if let Err(error) = worked {
                        // If nobody listens, it has failed already.
                        drop(sender.send(Err(error)));
                    }
                });
            }
            drop(sender);
            let sums = self.collect(blocks, &turns, &made, spool);
            // Whatever happened, nobody is to wait any more.
            self.stopped.store(true, Ordering::Relaxed);
            turns.moved_on.notify_all();
            drop(made);
            sums
        })
    }

    /// Makes blocks until there are no more, or until all is to stop.
    async fn work(
        &self,
        blocks: u32,
        fingerprint: &str,
        turns: &Turns,
        made: &SyncSender<Made>,
    ) -> Result<(), Stop> {
        let mut archive = self.packer.plan(&self.files).await?;
        if archive.fingerprint().await? != fingerprint {
            return Err(changed().into());
        }
        loop {
            let index = turns.next.fetch_add(1, Ordering::Relaxed);
            if index >= blocks || !self.wait_for_turn(turns, index) {
                return Ok(());
            }
            let block = archive.block(index).await??;
            self.done.fetch_add(block.length, Ordering::Relaxed);
            if made.send(Ok((index, block))).is_err() {
                return Ok(());
            }
        }
    }

    /// Waits until what is not written yet is not too much. False if all is to stop.
    fn wait_for_turn(&self, turns: &Turns, index: u32) -> bool {
        let ahead = AHEAD.saturating_mul(u32::try_from(self.packer.workers.get()).unwrap_or(1));
        let mut written = turns.written.lock().unwrap_or_else(PoisonError::into_inner);
        while index >= written.saturating_add(ahead) && !self.is_stopped() {
            let waited = turns.moved_on.wait_timeout(written, PROGRESS_INTERVAL);
            written = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        !self.is_stopped()
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Writes the blocks in their order; what the trailer is made from.
    fn collect(
        &self,
        blocks: u32,
        turns: &Turns,
        made: &Receiver<Made>,
        spool: &mut Spool,
    ) -> Result<Vec<(u32, u64)>, Stop> {
        let mut early = BTreeMap::new();
        let mut sums = Vec::new();
        for made in made {
            let (index, block) = made?;
            early.insert(index, block);
            while let Some(block) = early.remove(&(sums.len() as u32)) {
                spool.write(&block.data)?;
                sums.push((block.crc32, block.length));
                let mut written = turns.written.lock().unwrap_or_else(PoisonError::into_inner);
                *written += 1;
                turns.moved_on.notify_all();
            }
        }
        if sums.len() as u64 == u64::from(blocks) {
            Ok(sums)
        } else {
            Err(FileError::Other("packing was stopped".into()).into())
        }
    }
}

/// Between the plans of two workers, the files became others. The component sees that in no instance.
fn changed() -> Diagnostic {
    Diagnostic {
        severity: Severity::Error,
        code: "unreadable-file".to_owned(),
        source: Source::Files,
        pointer: String::new(),
        position: None,
        message:
            "the files changed while they were being packed; wait until nothing writes to them \
                  any more, then publish again"
                .to_owned(),
        help: None,
    }
}

/// Runs something asynchronous to its end. Reading files, all that the component waits for here,
/// is done on this thread as well.
fn on_this_thread<T>(work: impl Future<Output = Result<T, Stop>>) -> Result<T, Stop> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.map_err(FileError::from)?;
    runtime.block_on(work)
}
