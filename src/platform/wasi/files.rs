//! [`Files`] over `wasi:filesystem`: the directories that the host has opened, and what is in them.
//!
//! Not by way of the standard library, whose own way there is larger than all that it is used for.

use std::cell::OnceCell;
use std::ffi::OsString;
use std::io;

use ::wasi::filesystem::preopens::get_directories;
use ::wasi::filesystem::types::{
    Descriptor, DescriptorFlags, DescriptorStat, DescriptorType, OpenFlags, PathFlags,
};

use super::error::error;
use super::preopened::{longest, plain};
use crate::packing::{Entry, Files, Reader, Stamp, Time};

/// The directories that the host has opened, and the names by which the component knows them.
#[derive(Default)]
pub(super) struct Directories(OnceCell<Vec<(Descriptor, String)>>);

impl Directories {
    /// The directory that a path is in, and the path from there on.
    fn find<'a>(&self, path: &'a str) -> io::Result<(&Descriptor, &'a str)> {
        let directories = self.0.get_or_init(|| {
            let opened = get_directories().into_iter();
            opened
                .map(|(directory, name)| (directory, plain(&name).to_owned()))
                .collect()
        });
        let names = directories.iter().map(|(_, name)| name.as_str());
        longest(names, path)
            .and_then(|(index, rest)| Some((&directories.get(index)?.0, rest)))
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Files for Directories {
    fn inspect(&self, path: &str) -> io::Result<Entry> {
        let (directory, path) = self.find(path)?;
        let stat = directory.stat_at(PathFlags::empty(), path);
        stat.map(entry).map_err(error)
    }

    fn read_link(&self, path: &str) -> io::Result<OsString> {
        let (directory, path) = self.find(path)?;
        directory.readlink_at(path).map(Into::into).map_err(error)
    }

    fn list(&self, path: &str) -> io::Result<Vec<OsString>> {
        let (directory, path) = self.find(path)?;
        let opened = directory.open_at(
            PathFlags::SYMLINK_FOLLOW,
            path,
            OpenFlags::DIRECTORY,
            DescriptorFlags::READ,
        );
        let entries = opened.and_then(|d| d.read_directory()).map_err(error)?;
        let mut names = Vec::new();
        while let Some(entry) = entries.read_directory_entry().map_err(error)? {
            names.push(entry.name.into());
        }
        Ok(names)
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn Reader>> {
        let (directory, path) = self.find(path)?;
        let opened = directory.open_at(
            PathFlags::SYMLINK_FOLLOW,
            path,
            OpenFlags::empty(),
            DescriptorFlags::READ,
        );
        Ok(Box::new(OpenFile(opened.map_err(error)?)))
    }
}

struct OpenFile(Descriptor);

impl Reader for OpenFile {
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        // Of nothing a host gives nothing, wherever the file ends.
        while !buffer.is_empty() {
            let read = self.0.read(buffer.len() as u64, offset);
            let (bytes, ended) = read.map_err(error)?;
            if let Some(start) = buffer.get_mut(..bytes.len())
                && (ended || !bytes.is_empty())
            {
                start.copy_from_slice(&bytes);
                return Ok(bytes.len());
            }
        }
        Ok(0)
    }

    fn inspect(&self) -> io::Result<Entry> {
        self.0.stat().map(entry).map_err(error)
    }
}

fn entry(stat: DescriptorStat) -> Entry {
    let modified = stat
        .data_modification_timestamp
        .map_or_else(Time::default, |modified| Time {
            seconds: modified.seconds,
            nanoseconds: modified.nanoseconds,
        });
    match stat.type_ {
        DescriptorType::RegularFile => Entry::File(Stamp {
            size: stat.size,
            modified,
        }),
        DescriptorType::Directory => Entry::Directory(modified),
        DescriptorType::SymbolicLink => Entry::Symlink,
        _ => Entry::Special,
    }
}
