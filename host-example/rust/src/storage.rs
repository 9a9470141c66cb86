//! What a host has on its disk for a piece of work: the archive that it makes, the file that it
//! downloads, the checkpoint that it keeps.

use crate::checkpoint::CheckpointFile;
use crate::contract::{Failure, FileError, Outcome, PackError, TransportError};
use crate::download_file::DownloadFile;
use crate::error::Error;
use crate::observer::Observer;
use crate::packing::Packer;
use crate::read_so_far::ReadSoFar;
use crate::spool::Packed;

/// What a host has on its disk for a [`Transfer`](crate::Transfer).
///
/// Made [from](From) a [`Packer`] or a [`DownloadFile`]. The one that is made from nothing will do
/// where no files are published, and where something is only looked for.
#[derive(Default)]
pub struct Storage {
    packer: Option<Packer>,
    archive: Option<Packed>,
    download: Option<DownloadFile>,
    checkpoint: Option<CheckpointFile>,
    pub(crate) read: ReadSoFar,
}

impl From<Packer> for Storage {
    fn from(packer: Packer) -> Self {
        Self {
            packer: Some(packer),
            ..Self::default()
        }
    }
}

impl From<DownloadFile> for Storage {
    fn from(download: DownloadFile) -> Self {
        Self {
            download: Some(download),
            ..Self::default()
        }
    }
}

impl Storage {
    /// What [`BodySource::Archive`](crate::BodySource::Archive) stands for.
    pub fn archive(&self) -> Option<&Packed> {
        self.archive.as_ref()
    }

    /// Where the body of an answer is saved.
    pub fn download(&mut self) -> Option<&mut DownloadFile> {
        self.download.as_mut()
    }

    /// The same, ready to go on at a place, before anything is sent.
    pub(crate) async fn open_download(
        &mut self,
        offset: u64,
    ) -> Result<&mut DownloadFile, TransportError> {
        let file = self.download.as_mut();
        let file = file.ok_or(TransportError::BodyNotSaved(FileError::NotFound))?;
        let opened = file.open(offset).await;
        opened.map_err(TransportError::BodyNotSaved)?;
        Ok(file)
    }

    /// Lets [`drive`](crate::drive) keep the checkpoint in this file, before each step, and with it what
    /// is downloaded.
    pub fn keep_in(&mut self, checkpoint: CheckpointFile) {
        if let Some(download) = &mut self.download {
            download.keep();
        }
        self.checkpoint = Some(checkpoint);
    }

    /// Gives that file back, to be removed after a good end. None if there is nothing more to go on
    /// with.
    pub fn take_checkpoint(&mut self) -> Option<CheckpointFile> {
        self.checkpoint.take()
    }

    /// Makes the archive that a `pack` step asks for.
    pub async fn pack(
        &mut self,
        files: &[String],
        observer: &dyn Observer,
    ) -> Result<Outcome, Error> {
        // The room of the one before is needed.
        self.archive = None;
        self.read = ReadSoFar::default();
        let Some(packer) = &self.packer else {
            let error = FileError::Other("this host packs nothing".to_owned());
            return Ok(Outcome::NotPacked(PackError::Storage(error)));
        };
        Ok(match packer.pack(files, observer).await? {
            Ok(packed) => Outcome::Packed(self.archive.insert(packed).size),
            Err(error) => Outcome::NotPacked(error),
        })
    }

    pub(crate) fn is_kept(&self) -> bool {
        self.checkpoint.is_some()
    }

    pub(crate) fn keep(&mut self, checkpoint: &str) -> Result<(), FileError> {
        match &mut self.checkpoint {
            Some(file) => file.write(checkpoint),
            None => Ok(()),
        }
    }

    /// All is done: what was downloaded gets its name.
    pub(crate) async fn finish(&mut self) -> Result<(), Failure> {
        let Some(download) = &mut self.download else {
            return Ok(());
        };
        let finished = download.finish().await;
        finished.map_err(|error| {
            self.give_up();
            Failure {
                code: "file-not-written".to_owned(),
                message: format!("the file can't be written: {error}"),
                published: Vec::new(),
            }
        })
    }

    /// Removes what there is of a download that nobody can go on with.
    pub(crate) fn give_up(&mut self) {
        let Some(mut download) = self.download.take() else {
            return;
        };
        download.discard();
        if let Some(checkpoint) = self.checkpoint.take() {
            // One that stays is about a part that is not there: it is downloaded from its start.
            drop(checkpoint.remove());
        }
    }
}
