//! The file of a download: `OUTPUT.part` until it is whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::apart::apart;
use crate::beginning::Beginning;
use crate::beside::{beside, remove};
use crate::contract::FileError;
use crate::path_lock::PathLock;
use crate::syncing::Syncing;

/// The file of a download. It gets its name once it is whole; until then it is `OUTPUT.part`. No one else
/// downloads to it as long as this value lives: an exclusive lock is held on `OUTPUT.part.lock`.
///
/// When the value is dropped before, the part is removed, unless it is [kept](DownloadFile::keep).
#[derive(Debug)]
pub struct DownloadFile {
    output: PathBuf,
    path: PathBuf,
    is_kept: bool,
    part: Arc<Mutex<Part>>,
    _lock: PathLock,
}

/// The file, and what of it is hashed.
#[derive(Debug, Default)]
struct Part {
    /// None before something is saved, and when nothing may be written any more.
    file: Option<File>,
    beginning: Beginning,
    syncing: Syncing,
}

impl Part {
    fn write(&mut self, chunks: &[Bytes]) -> Result<(), FileError> {
        // Whoever is not waited for any more finds none.
        let file = self.file.as_mut().ok_or(FileError::NotFound)?;
        let beginning = &mut self.beginning;
        let written = chunks
            .iter()
            .try_for_each(|chunk| append(file, beginning, chunk));
        match written {
            Ok(()) => self
                .syncing
                .wrote(chunks.iter().map(Bytes::len).sum(), file),
            // What comes now does not follow what is there.
            Err(_) => self.file = None,
        }
        Ok(written?)
    }
}

impl DownloadFile {
    /// Takes `output`, which need not be there yet. [`FileError::InUse`] if another process downloads
    /// to it.
    pub fn lock(output: impl Into<PathBuf>) -> Result<Self, FileError> {
        let output = output.into();
        if output.is_dir() {
            return Err(FileError::IsDirectory);
        }
        let path = beside(&output, ".part");
        Ok(Self {
            _lock: PathLock::take(&path)?,
            output,
            path,
            is_kept: false,
            part: Arc::default(),
        })
    }

    /// What it is to become.
    pub fn output(&self) -> &Path {
        &self.output
    }

    /// How many bytes there are from an earlier download that was kept: what
    /// [`FetchOptions::saved`](crate::FetchOptions) is with its checkpoint.
    pub fn size(&self) -> u64 {
        fs::metadata(&self.path).map_or(0, |metadata| metadata.len())
    }

    /// Removes what an earlier download has left.
    pub fn clear(&mut self) {
        // If it can't be removed, it can't be written either, which is said when it is to be.
        drop(remove(&self.path));
    }

    /// Keeps the part at the end, to go on with it later.
    pub fn keep(&mut self) {
        self.is_kept = true;
    }

    /// Does not keep it any more.
    pub(crate) fn discard(&mut self) {
        self.is_kept = false;
    }

    /// Gets ready to go on at a place, before anything is asked for: opens the file, and hashes what
    /// is before that place.
    pub async fn open(&mut self, offset: u64) -> Result<(), FileError> {
        let (part, path) = (Arc::clone(&self.part), self.path.clone());
        let open = move |is_wanted: &dyn Fn() -> bool| {
            let mut part = lock(&part);
            let Part {
                file, beginning, ..
            } = &mut *part;
            let file = match file {
                Some(file) => file,
                None => {
                    let mut options = OpenOptions::new();
                    options.read(true).write(true).create(true).truncate(false);
                    file.insert(options.open(path)?)
                }
            };
            beginning.reach(file, offset, is_wanted)
        };
        apart(open).await?
    }

    /// Cuts off what is behind a place: the one that it is [open](Self::open) at, or the start.
    pub async fn cut(&mut self, offset: u64) -> Result<(), FileError> {
        let part = Arc::clone(&self.part);
        let cut = move |is_wanted: &dyn Fn() -> bool| {
            let mut part = lock(&part);
            let Part {
                file, beginning, ..
            } = &mut *part;
            let file = file.as_mut().ok_or(FileError::NotFound)?;
            beginning.reach(file, offset, is_wanted)?;
            if file.metadata()?.len() > offset {
                file.set_len(offset)?;
            }
            file.seek(SeekFrom::Start(offset))?;
            Ok(())
        };
        apart(cut).await?
    }

    /// Adds bytes at the end, and hashes them, in the background. One such task at a time.
    #[cfg(not(target_family = "wasm"))]
    pub fn write(&self, chunks: Vec<Bytes>) -> tokio::task::JoinHandle<Result<(), FileError>> {
        let part = Arc::clone(&self.part);
        tokio::task::spawn_blocking(move || lock(&part).write(&chunks))
    }

    /// Adds bytes at the end, and hashes them.
    #[cfg(target_family = "wasm")]
    pub fn write(&self, chunks: Vec<Bytes>) -> Result<(), FileError> {
        lock(&self.part).write(&chunks)
    }

    /// How many bytes it has now, and their SHA-256.
    pub fn saved(&self) -> (u64, String) {
        let part = lock(&self.part);
        (part.beginning.length(), part.beginning.sha256())
    }

    /// It is whole: gives it its name, once it is safe on the disk.
    pub async fn finish(&mut self) -> io::Result<()> {
        let part = Arc::clone(&self.part);
        let (path, output) = (self.path.clone(), self.output.clone());
        let finish = move |_: &dyn Fn() -> bool| {
            let file = lock(&part).file.take();
            file.ok_or(io::ErrorKind::NotFound)?.sync_all()?;
            fs::rename(path, output)
        };
        apart(finish).await?
    }
}

fn append(file: &mut File, beginning: &mut Beginning, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match file.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => {
                let (done, left) = bytes.split_at(written);
                beginning.add(done);
                bytes = left;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn lock(part: &Mutex<Part>) -> MutexGuard<'_, Part> {
    part.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for DownloadFile {
    fn drop(&mut self) {
        // What is being written is waited for, and nothing more is.
        lock(&self.part).file = None;
        if !self.is_kept {
            // If it can't be removed, the next download does.
            drop(remove(&self.path));
        }
    }
}
