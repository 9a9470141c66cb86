//! Makes the archive of a `pack` step.

#[cfg_attr(target_family = "wasm", path = "packing/alone.rs")]
mod workers;

use std::num::NonZero;
use std::path::PathBuf;

use crate::archive::Archive;
use crate::contract::{Diagnostic, FileError, PackError};
use crate::error::Error;
use crate::observer::Observer;
use crate::runtime::{Component, Sandbox};
use crate::spool::Packed;

/// Makes archives.
#[derive(Clone)]
pub struct Packer {
    /// What makes them.
    pub component: Component,
    /// What lets it read the files.
    pub sandbox: Sandbox,
    /// The compression level, 0 (stored) to 9 (smallest).
    pub level: u8,
    /// The directory that the archive is kept in until it is uploaded.
    pub spool: PathBuf,
    /// How many workers make blocks.
    pub workers: NonZero<usize>,
}

impl Packer {
    /// One with the original's level, the system's temporary directory, one worker for each core.
    /// `sandbox` must let the component read the files.
    pub fn new(component: &Component, sandbox: &Sandbox) -> Self {
        Self {
            component: component.clone(),
            sandbox: sandbox.without_environment(),
            level: 6,
            spool: crate::spool::usual_directory(),
            workers: std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN),
        }
    }

    /// Makes the archive of these files: what a `pack` step asks for.
    ///
    /// To cancel, drop the future: the workers stop with the block that they are at.
    pub async fn pack(
        &self,
        files: &[String],
        observer: &dyn Observer,
    ) -> Result<Result<Packed, PackError>, Error> {
        match workers::pack(self, files, observer).await {
            Ok(packed) => Ok(Ok(packed)),
            Err(Stop::Pack(error)) => Ok(Err(error)),
            Err(Stop::Component(error)) => Err(error),
        }
    }

    /// An instance that has planned the archive.
    async fn plan(&self, files: &[String]) -> Result<Archive, Stop> {
        let instance = self.component.instance(&self.sandbox).await?;
        let mut archive = Archive::plan(instance, files, self.level).await??;
        let sources = archive.sources().await?;
        if let Some(permissions) = permissions(&sources) {
            archive.set_permissions(&permissions).await??;
        }
        Ok(archive)
    }
}

/// Why an archive was not made.
enum Stop {
    Pack(PackError),
    /// The component itself broke.
    Component(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Component(error)
    }
}

impl From<Diagnostic> for Stop {
    fn from(finding: Diagnostic) -> Self {
        Self::Pack(PackError::Files(finding))
    }
}

impl From<FileError> for Stop {
    fn from(error: FileError) -> Self {
        Self::Pack(PackError::Storage(error))
    }
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
