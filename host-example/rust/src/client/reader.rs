//! What is read of a file or an archive to be sent, and hashed on the way.

use std::fs::File;
use std::sync::{Arc, OnceLock};

use crate::apart::apart;
use crate::beginning::{Beginning, read_at, too_short};
use crate::contract::{BodySource, ByteRange, FileError};
use crate::read_so_far::ReadSoFar;
use crate::storage::Storage;

/// How much is read at once. A chunk counts as sent once all of it is: small enough for a slow
/// connection to be seen to move.
const CHUNK: usize = 64 * 1024;

/// SHA-256 of the whole file or archive, once all of it has been read.
#[derive(Clone, Default)]
pub(super) struct Digest(Arc<OnceLock<String>>);

impl Digest {
    /// In hexadecimal.
    pub(super) fn sha256(&self) -> Option<String> {
        self.0.get().cloned()
    }
}

/// Reads a range of a file.
pub(super) struct Reader {
    file: Arc<File>,
    source: BodySource,
    offset: u64,
    left: u64,
    /// What is before the range, hashed; none if the range is not to be hashed.
    beginning: Option<Beginning>,
    /// Whether the file ends with it.
    is_last: bool,
    read_so_far: ReadSoFar,
    digest: Digest,
}

impl Reader {
    /// Gets ready to read bytes of a file or of the archive. What is before them is read as well, to be
    /// hashed, if they are the last ones.
    pub(super) async fn open(
        range: &ByteRange,
        storage: &Storage,
        digest: &Digest,
    ) -> Result<Self, FileError> {
        let file = match &range.source {
            BodySource::File(path) => {
                let path = path.clone();
                Arc::new(apart(move |_| File::open(path)).await??)
            }
            BodySource::Archive => {
                let archive = storage.archive().ok_or(FileError::NotFound)?;
                Arc::clone(&archive.file)
            }
        };
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(FileError::IsDirectory);
        }
        let &ByteRange { offset, length, .. } = range;
        let is_last = match offset.checked_add(length) {
            Some(end) if end <= metadata.len() => end == metadata.len(),
            _ => return Err(too_short()),
        };
        let mut beginning = storage.read.of(&range.source);
        if (is_last || offset == 0) && beginning.length() != offset {
            let file = Arc::clone(&file);
            let reach = move |is_wanted: &dyn Fn() -> bool| {
                beginning.reach(&file, offset, is_wanted)?;
                Ok::<_, FileError>(beginning)
            };
            beginning = apart(reach).await??;
        }
        let mut reader = Self {
            file,
            source: range.source.clone(),
            offset,
            left: length,
            beginning: (beginning.length() == offset).then_some(beginning),
            is_last,
            read_so_far: storage.read.clone(),
            digest: digest.clone(),
        };
        if length == 0 {
            reader.note();
        }
        Ok(reader)
    }

    /// The next bytes; none at the end.
    pub(super) fn read(&mut self) -> Result<Option<Vec<u8>>, FileError> {
        if self.left == 0 {
            return Ok(None);
        }
        let mut chunk = vec![0; CHUNK.min(usize::try_from(self.left).unwrap_or(CHUNK))];
        let read = read_at(&self.file, self.offset, &mut chunk)?;
        if read == 0 {
            return Err(too_short());
        }
        chunk.truncate(read);
        self.offset += read as u64;
        self.left -= read as u64;
        if let Some(beginning) = &mut self.beginning {
            beginning.add(&chunk);
        }
        if self.left == 0 {
            self.note();
        }
        Ok(Some(chunk))
    }

    /// All is read: notes what that is. Before the last of it can have been sent.
    fn note(&mut self) {
        let Some(beginning) = self.beginning.take() else {
            return;
        };
        if self.is_last {
            // Set once: a body is read once.
            drop(self.digest.0.set(beginning.sha256()));
        }
        self.read_so_far.note(&self.source, beginning);
    }
}
