//! A tar that is not there: every byte has its place, and is made or read when it is asked for.
//!
//! For each member its headers, its content and zeros up to a multiple of 512; at the end two blocks of zeros, as POSIX
//! asks for. It is not padded to 10 KiB: that was for tapes, and the original did not do it either.

use super::error::PackError;
use super::files::{Entry, Files, Reader, Stamp};
use super::members::{Content, Member};
use super::tar_header::{self, RECORD};
use std::io;

const END: u64 = 2 * RECORD as u64;

/// The members of a tar and where they are in it.
#[derive(Debug)]
pub(crate) struct VirtualTar {
    members: Vec<Member>,
    /// Where each member begins, its headers first.
    starts: Vec<u64>,
    length: u64,
}

impl VirtualTar {
    pub(crate) fn new(members: Vec<Member>) -> Result<Self, PackError> {
        let mut end = 0_u64;
        let mut starts = Vec::with_capacity(members.len());
        for member in &members {
            starts.push(end);
            let headers = tar_header::header(member).len() as u64;
            end = size(member)
                .checked_next_multiple_of(RECORD as u64)
                .and_then(|content| end.checked_add(headers)?.checked_add(content))
                .ok_or(PackError::TooLarge)?;
        }
        let length = end.checked_add(END).ok_or(PackError::TooLarge)?;
        Ok(Self {
            members,
            starts,
            length,
        })
    }

    pub(crate) fn members(&self) -> &[Member] {
        &self.members
    }

    /// Sets the permissions of the members, in their order. No byte changes its place.
    pub(crate) fn set_permissions(&mut self, permissions: &[u32]) {
        for (member, permissions) in self.members.iter_mut().zip(permissions) {
            member.permissions = permissions & 0o7777;
        }
    }

    pub(crate) fn len(&self) -> u64 {
        self.length
    }

    /// A reader of the tar's bytes, which takes the contents from `files`.
    pub(crate) fn reader<'a>(&'a self, files: &'a dyn Files) -> TarReader<'a> {
        TarReader {
            tar: self,
            files,
            open: None,
        }
    }

    /// The member that `offset` is in, where it begins, and where the next one does. There is no member in an empty tar;
    /// the last one never ends: all that follows it are zeros.
    fn at(&self, offset: u64) -> Option<(&Member, u64, u64)> {
        let next = self.starts.partition_point(|&start| start <= offset);
        let index = next.checked_sub(1)?;
        let end = self.starts.get(next).copied().unwrap_or(u64::MAX);
        Some((self.members.get(index)?, *self.starts.get(index)?, end))
    }
}

fn size(member: &Member) -> u64 {
    match member.content {
        Content::Directory => 0,
        Content::File { size } => size,
    }
}

/// Reads a [`VirtualTar`]. Keeps the file open that it read last.
pub(crate) struct TarReader<'a> {
    tar: &'a VirtualTar,
    files: &'a dyn Files,
    open: Option<Source<'a>>,
}

/// An open file and what it has to be like.
struct Source<'a> {
    path: &'a str,
    stamp: Stamp,
    reader: Box<dyn Reader>,
}

impl<'a> TarReader<'a> {
    /// Fills `buffer` with the bytes from `offset` on.
    pub(crate) fn fill(&mut self, mut offset: u64, mut buffer: &mut [u8]) -> Result<(), PackError> {
        while !buffer.is_empty() {
            let count = self.read(offset, buffer)?;
            offset += count as u64;
            buffer = buffer.get_mut(count..).unwrap_or_default();
        }
        Ok(())
    }

    /// Closes the file that is still open, and with it makes sure that none of the files read has changed.
    pub(crate) fn close(mut self) -> Result<(), PackError> {
        self.open.take().map_or(Ok(()), |source| source.close())
    }

    /// Fills the beginning of `buffer` with bytes of one kind; returns how many.
    fn read(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, PackError> {
        let Some((member, start, end)) = self.tar.at(offset) else {
            buffer.fill(0);
            return Ok(buffer.len());
        };
        let headers = tar_header::header(member);
        let within = offset - start;
        if let Some(headers) = usize::try_from(within)
            .ok()
            .and_then(|within| headers.get(within..))
            && !headers.is_empty()
        {
            let pairs = buffer.iter_mut().zip(headers);
            return Ok(pairs.map(|(to, from)| *to = *from).count());
        }
        let within = within - headers.len() as u64;
        match &member.content {
            Content::File { size } if within < *size => {
                let stamp = Stamp {
                    size: *size,
                    modified: member.modified,
                };
                let rest = *size - within;
                let length = usize::try_from(rest)
                    .unwrap_or(usize::MAX)
                    .min(buffer.len());
                let buffer = buffer.get_mut(..length).unwrap_or_default();
                self.source(&member.path, stamp)?.fill(within, buffer)?;
                Ok(length)
            }
            _ => {
                let length = usize::try_from(end - offset)
                    .unwrap_or(usize::MAX)
                    .min(buffer.len());
                buffer.get_mut(..length).unwrap_or_default().fill(0);
                Ok(length)
            }
        }
    }

    fn source(&mut self, path: &'a str, stamp: Stamp) -> Result<&mut Source<'a>, PackError> {
        let open = match self.open.take() {
            Some(source) if source.path == path => source,
            other => {
                if let Some(source) = other {
                    source.close()?;
                }
                let reader = self
                    .files
                    .open(path)
                    .map_err(|cause| PackError::reading(path, cause))?;
                Source {
                    path,
                    stamp,
                    reader,
                }
            }
        };
        Ok(self.open.insert(open))
    }
}

impl Source<'_> {
    fn fill(&mut self, mut offset: u64, mut buffer: &mut [u8]) -> Result<(), PackError> {
        while !buffer.is_empty() {
            match self.reader.read_at(offset, buffer) {
                Ok(0) => return Err(self.changed()),
                Ok(count) => {
                    offset += count as u64;
                    buffer = buffer.get_mut(count..).unwrap_or_default();
                }
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => return Err(PackError::reading(self.path, cause)),
            }
        }
        Ok(())
    }

    /// Asked after reading, so that a change is seen whether it came before or while the file was read.
    fn close(self) -> Result<(), PackError> {
        match self.reader.inspect() {
            Ok(Entry::File(stamp)) if stamp == self.stamp => Ok(()),
            Ok(_) => Err(self.changed()),
            Err(cause) => Err(PackError::reading(self.path, cause)),
        }
    }

    fn changed(&self) -> PackError {
        PackError::Changed {
            path: self.path.to_owned(),
        }
    }
}
