//! From the paths of an artifact to what is uploaded.

use super::archive::Archive;
use super::error::PackError;
use super::files::{Entry, Files, Stamp, Time};
use super::level::Level;
use super::{fingerprint, gzip, links, members, paths};
use crate::order;
use std::io;

/// How to pack.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// The compression level.
    pub level: Level,
}

/// What is uploaded for an artifact's files.
#[derive(Debug)]
pub enum Payload {
    /// There are no files, and there is no upload.
    None,
    /// The one file is gzip already and is uploaded as it is.
    AsIs {
        /// The path as it was given.
        path: String,
        /// Its length in bytes.
        size: u64,
        /// The time of its last modification.
        modified: Time,
    },
    /// Everything else is packed.
    Archive(Archive),
}

impl Payload {
    /// A text that is equal as long as the files' names, sizes and times are, and whatever the [`Level`]: what a later run
    /// compares to know whether it would upload the same files.
    pub fn fingerprint(&self) -> String {
        match self {
            Self::None => fingerprint::of_members(&[]),
            Self::AsIs {
                path,
                size,
                modified,
            } => fingerprint::of_file(path, *size, *modified),
            Self::Archive(archive) => archive.fingerprint(),
        }
    }
}

/// Plans what is uploaded for the files at `paths`, which are separated by `/`.
///
/// - no paths: nothing
/// - one gzip file: that file
/// - one other file: an archive with that member; what a symbolic link leads to goes by its own name
/// - one directory: an archive of its contents, named relative to it
/// - several: an archive of them, named relative to their longest common directory, with the directories between
///
/// A path listed twice counts once. All files are looked at and opened, none is read (but the beginning of a single one),
/// so what cannot be packed is known before anything is sent.
pub fn plan(files: &dyn Files, paths: &[String], options: &Options) -> Result<Payload, PackError> {
    // In order, so that the order of the list decides nothing.
    let mut listed = Vec::new();
    for path in paths {
        listed.push(paths::normalise(path)?);
    }
    order::sort(&mut listed);
    listed.dedup();
    let members = match (listed.as_slice(), paths) {
        ([], _) => return Ok(Payload::None),
        ([path], [given, ..]) => match files
            .inspect(path)
            .map_err(|cause| PackError::reading(path, cause))?
        {
            Entry::Symlink => {
                let (target, entry) = links::follow(files, path, path)?;
                return one(files, given, &target, entry, options);
            }
            entry => return one(files, given, path, entry, options),
        },
        _ => members::of_several(files, &listed)?,
    };
    Ok(Payload::Archive(Archive::new(members, options.level)?))
}

/// Plans the archive of files that are not published as they are.
pub fn plan_archive(
    files: &dyn Files,
    paths: &[String],
    level: Level,
) -> Result<Archive, PackError> {
    match plan(files, paths, &Options { level })? {
        Payload::Archive(archive) => Ok(archive),
        Payload::None | Payload::AsIs { .. } => Err(PackError::NoArchive),
    }
}

/// The payload of one path, `given` by the user, which leads to `entry` at `path`.
fn one(
    files: &dyn Files,
    given: &str,
    path: &str,
    entry: Entry,
    options: &Options,
) -> Result<Payload, PackError> {
    let members = match entry {
        Entry::File(Stamp { size, modified }) if is_gzip(files, path)? => {
            return Ok(Payload::AsIs {
                path: given.to_owned(),
                size,
                modified,
            });
        }
        Entry::File(stamp) => members::of_file(paths::split_last(path).1, path, stamp),
        Entry::Directory(_) => members::of_directory(files, path)?,
        Entry::Special => {
            return Err(PackError::Special {
                path: given.to_owned(),
            });
        }
        Entry::Symlink => {
            return Err(PackError::LinkCycle {
                path: given.to_owned(),
            });
        }
    };
    Ok(Payload::Archive(Archive::new(members, options.level)?))
}

fn is_gzip(files: &dyn Files, path: &str) -> Result<bool, PackError> {
    let mut beginning = vec![0; gzip::LONGEST_HEADER];
    let mut length = 0;
    let mut read = || -> io::Result<()> {
        let mut file = files.open(path)?;
        while let Some(space) = beginning
            .get_mut(length..)
            .filter(|space| !space.is_empty())
        {
            match file.read_at(length as u64, space) {
                Ok(0) => break,
                Ok(count) => length += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    };
    read().map_err(|cause| PackError::reading(path, cause))?;
    Ok(gzip::starts(beginning.get(..length).unwrap_or_default()))
}
