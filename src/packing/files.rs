//! The files of the machine, as far as packing needs to know them.
//!
//! This is packing's only way to the outside. It is small on purpose: WASI 0.2 can do all of it, and a map in memory can.

use std::ffi::OsString;
use std::io;

/// The files of a machine. Paths are separated by `/`; relative ones mean what the implementation makes of them.
pub trait Files {
    /// What is at `path`; a symbolic link there is not followed.
    fn inspect(&self, path: &str) -> io::Result<Entry>;

    /// The text of the symbolic link at `path`.
    fn read_link(&self, path: &str) -> io::Result<OsString>;

    /// The names in the directory at `path`, in any order, without `.` and `..`.
    fn list(&self, path: &str) -> io::Result<Vec<OsString>>;

    /// Opens the file at `path`, or where the symbolic links there lead, for reading.
    fn open(&self, path: &str) -> io::Result<Box<dyn Reader>>;
}

/// An open file.
pub trait Reader {
    /// Reads from `offset` on into `buffer` and returns how many bytes that were. 0 means the end of the file; less than
    /// the length of `buffer` means nothing in particular.
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// What the open file is by now. Asking the open file, not its path, tells of the very bytes that were read.
    fn inspect(&self) -> io::Result<Entry>;
}

/// What can be found at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// A regular file.
    File(Stamp),
    /// A directory and the time of its last modification.
    Directory(Time),
    /// A symbolic link that was not followed.
    Symlink,
    /// A pipe, a socket, a device: nothing that has a content to pack.
    Special,
}

/// What identifies a state of a file: when it differs, the file has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The length in bytes.
    pub size: u64,
    /// The time of the last modification.
    pub modified: Time,
}

/// A point in time, counted from 1970-01-01T00:00:00Z; what was before counts as then, for WASI cannot tell it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    /// Whole seconds.
    pub seconds: u64,
    /// What remains, below 1 000 000 000.
    pub nanoseconds: u32,
}
