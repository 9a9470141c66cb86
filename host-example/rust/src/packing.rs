//! Makes the archive of a `pack` step, on all cores.
//!
//! Every worker has an instance of its own, plans the same archive, and makes blocks of it, one
//! after the other in the order of a common counter. The blocks are written in their order.

use std::collections::BTreeMap;
use std::fs::File;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::archive::Archive;
use crate::contract::Block;
use crate::engine::PostProcessor;
use crate::error::Error;
use crate::http::Observer;
use crate::sandbox::Sandbox;
use crate::spool::Spool;

/// How often progress is shown.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

/// How far, in blocks a worker, the workers may be ahead of what is written.
const AHEAD: u32 = 2;

/// How to pack.
#[derive(Debug, Clone)]
pub struct Packing {
    /// The compression level, 0 (stored) to 9 (smallest).
    pub level: u8,
    /// The directory that the archive is kept in until it is uploaded.
    pub spool: PathBuf,
    /// How many workers make blocks.
    pub workers: NonZero<usize>,
}

impl Default for Packing {
    /// The original's level, the system's temporary directory, one worker for each core.
    fn default() -> Self {
        Self {
            level: 6,
            spool: std::env::temp_dir(),
            workers: thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN),
        }
    }
}

/// Why an archive was not made.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// A file or the spool directory stands in the way: what, and what to do.
    #[error("{0}")]
    Files(String),
    /// The component itself broke.
    #[error(transparent)]
    Component(#[from] Error),
}

/// An archive, ready to be uploaded.
pub struct Packed {
    /// Its bytes, to be read from the start. The file has no name, and is gone once it is closed.
    pub file: File,
    /// How many they are.
    pub size: u64,
}

impl Packing {
    /// Makes the archive of these files, which `sandbox` must let the component read.
    ///
    /// To cancel, drop the future: the workers stop with the block that they are at.
    pub async fn pack(
        &self,
        component: &PostProcessor,
        sandbox: &Sandbox,
        files: &[String],
        observer: &dyn Observer,
    ) -> Result<Packed, PackError> {
        let job = Arc::new(Job {
            component: component.clone(),
            sandbox: sandbox.without_environment(),
            files: files.to_owned(),
            packing: self.clone(),
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
                    // Without an answer the thread has panicked, and said so.
                    return packed.unwrap_or_else(|_| Err(PackError::Files("packing broke".into())));
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
}

/// What all workers share.
struct Job {
    component: PostProcessor,
    sandbox: Sandbox,
    files: Vec<String>,
    packing: Packing,
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

type Made = Result<(u32, Block), PackError>;

impl Job {
    fn run(&self) -> Result<Packed, PackError> {
        on_this_thread(async {
            let mut spool = Spool::new(&self.packing.spool).map_err(PackError::Files)?;
            let mut planned = self.plan().await?;
            let size = planned.size().await?;
            self.size.store(size, Ordering::Relaxed);
            let blocks = planned.blocks().await?;
            let fingerprint = planned.fingerprint().await?;
            let sums = self.make(blocks, &fingerprint, &mut spool)?;
            let trailer = planned.trailer(&sums).await?.map_err(PackError::Files)?;
            spool.write(&trailer).map_err(PackError::Files)?;
            let (size, file) = spool.finish().map_err(PackError::Files)?;
            Ok(Packed { file, size })
        })
    }

    /// An instance that has planned the archive.
    async fn plan(&self) -> Result<Archive, PackError> {
        let instance = self.component.instance(&self.sandbox).await?;
        let planned = instance.plan(&self.files, self.packing.level).await?;
        let mut archive = planned.map_err(PackError::Files)?;
        let sources = archive.sources().await?;
        if let Some(permissions) = permissions(&sources) {
            let set = archive.set_permissions(&permissions).await?;
            set.map_err(PackError::Files)?;
        }
        Ok(archive)
    }

    /// Makes all blocks and writes them; what the trailer is made from.
    fn make(
        &self,
        blocks: u32,
        fingerprint: &str,
        spool: &mut Spool,
    ) -> Result<Vec<(u32, u64)>, PackError> {
        let turns = Turns::default();
        let workers = self.packing.workers.get();
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
    ) -> Result<(), PackError> {
        let mut archive = self.plan().await?;
        if archive.fingerprint().await? != fingerprint {
            let text = "the files changed while they were being packed; wait until nothing writes \
                        to them any more, then publish again";
            return Err(PackError::Files(text.into()));
        }
        loop {
            let index = turns.next.fetch_add(1, Ordering::Relaxed);
            if index >= blocks || !self.wait_for_turn(turns, index) {
                return Ok(());
            }
            let block = archive.block(index).await?.map_err(PackError::Files)?;
            self.done.fetch_add(block.length, Ordering::Relaxed);
            if made.send(Ok((index, block))).is_err() {
                return Ok(());
            }
        }
    }

    /// Waits until what is not written yet is not too much. False if all is to stop.
    fn wait_for_turn(&self, turns: &Turns, index: u32) -> bool {
        let ahead = AHEAD.saturating_mul(u32::try_from(self.packing.workers.get()).unwrap_or(1));
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
    ) -> Result<Vec<(u32, u64)>, PackError> {
        let mut early = BTreeMap::new();
        let mut sums = Vec::new();
        for made in made {
            let (index, block) = made?;
            early.insert(index, block);
            while let Some(block) = early.remove(&(sums.len() as u32)) {
                spool.write(&block.data).map_err(PackError::Files)?;
                sums.push((block.crc32, block.length));
                let mut written = turns.written.lock().unwrap_or_else(PoisonError::into_inner);
                *written += 1;
                turns.moved_on.notify_all();
            }
        }
        if sums.len() as u64 == u64::from(blocks) {
            Ok(sums)
        } else {
            Err(PackError::Files("packing was stopped".into()))
        }
    }
}

/// Runs something asynchronous to its end. Reading files, all that the component waits for here,
/// is done on this thread as well.
fn on_this_thread<T>(work: impl Future<Output = Result<T, PackError>>) -> Result<T, PackError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.map_err(|error| PackError::Files(error.to_string()))?;
    runtime.block_on(work)
}

/// Permission bits of the members, where the system has such bits. A file that is gone by now is
/// found by the component.
#[cfg(unix)]
fn permissions(sources: &[String]) -> Option<Vec<u32>> {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &String| {
        let metadata = std::fs::metadata(path);
        metadata.map_or(0o644, |metadata| metadata.permissions().mode() & 0o7777)
    };
    Some(sources.iter().map(mode).collect())
}

#[cfg(not(unix))]
fn permissions(_: &[String]) -> Option<Vec<u32>> {
    None
}
