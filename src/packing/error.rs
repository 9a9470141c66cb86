//! Everything that can stop packing, in words for the person who has to act on it.

use std::io;

/// Why files could not be packed: what is wrong, with which file, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// A path in the list of files is the empty text.
    #[error("the artifact lists a file without a path; give each of its files a path")]
    EmptyPath,

    /// A listed file, or one that was there when the archive was planned, does not exist.
    #[error(
        "`{path}` does not exist; check that the build wrote it, or take it off the artifact's files"
    )]
    Missing {
        /// The path as it was asked for.
        path: String,
    },

    /// A symbolic link whose target does not exist.
    #[error(
        "`{path}` is a symbolic link to something that does not exist; restore its target or remove the link"
    )]
    BrokenLink {
        /// The link.
        path: String,
    },

    /// A symbolic link that never arrives, or that leads to a directory which contains the link.
    #[error(
        "`{path}` goes in a circle: a symbolic link leads back to where it came from; remove that link"
    )]
    LinkCycle {
        /// The link, or the directory reached through it.
        path: String,
    },

    /// The operating system, or the sandbox, refused to read a file or directory.
    #[error(
        "cannot read `{path}`: {cause}; make it readable, or if it is a symbolic link, make it relative and let it lead \
         to a place in the directories that may be read"
    )]
    Unreadable {
        /// The file or directory.
        path: String,
        /// What the system said.
        cause: io::Error,
    },

    /// A named pipe, socket or device.
    #[error(
        "`{path}` is neither a file nor a directory but a pipe, socket or device; take it off the artifact's files"
    )]
    Special {
        /// The special file.
        path: String,
    },

    /// A file name that is not Unicode; no path in the archive could stand for it on every machine.
    #[error("`{directory}` contains a file whose name is not UTF-8 (`{name}`); rename it")]
    NotUtf8 {
        /// The directory that contains it.
        directory: String,
        /// The name, with � in the place of what is not UTF-8.
        name: String,
    },

    /// Several files without a directory in common: there is nothing to name them relative to.
    #[error(
        "`{first}` and `{second}` have no directory in common, so they cannot be named in one archive; \
         write both paths from the same directory, or both as absolute paths"
    )]
    NoCommonDirectory {
        /// One of the paths.
        first: String,
        /// A path that shares no directory with it.
        second: String,
    },

    /// Two different paths would get the same name in the archive.
    #[error(
        "`{first}` and `{second}` would both be `{name}` in the archive; list only one of them"
    )]
    SameName {
        /// The name in the archive.
        name: String,
        /// The path that has it already.
        first: String,
        /// The path that would get it too.
        second: String,
    },

    /// The size or the time of a file is not what it was when the archive was planned, or the file ended early.
    #[error(
        "`{path}` changed while it was being packed; wait until nothing writes to it any more, then publish again"
    )]
    Changed {
        /// The file.
        path: String,
    },

    /// The files add up to more than can be numbered.
    #[error("the artifact's files are too large for one archive; publish fewer of them")]
    TooLarge,

    /// A compression level outside of 0 to 9.
    #[error(
        "there is no compression level {level}; choose one from 0 (stored) over 6 (the default) to 9 (smallest)"
    )]
    NoSuchLevel {
        /// What was asked for.
        level: u8,
    },

    /// A block that the archive does not have.
    #[error("the archive has {blocks} blocks, numbered from 0; there is no block {index}")]
    NoSuchBlock {
        /// The index that was asked for.
        index: u32,
        /// How many there are.
        blocks: u32,
    },

    /// The permissions given are not one for each member.
    #[error(
        "{given} permissions were given for {members} members: give one for each, in their order"
    )]
    WrongPermissions {
        /// How many were given.
        given: usize,
        /// How many members there are.
        members: usize,
    },

    /// The sums given for the trailer are not those of this archive's blocks.
    #[error(
        "the sums of {given} blocks were given, in total {given_length} bytes; the archive has {blocks} blocks of in total \
         {length} bytes: give the sum of each block once, in their order"
    )]
    WrongSums {
        /// How many sums were given.
        given: usize,
        /// The sum of their lengths.
        given_length: u64,
        /// How many blocks the archive has.
        blocks: u32,
        /// The length of the archive before compression.
        length: u64,
    },

    /// The compressor refused its input, which no input should bring about.
    #[error(
        "the compressor failed ({cause}); this is a defect of the post-processor: please report it"
    )]
    Compressor {
        /// What it said.
        cause: String,
    },
}

impl PackError {
    /// The error of a system call about `path`.
    pub(crate) fn reading(path: &str, cause: io::Error) -> Self {
        let path = path.to_owned();
        match cause.kind() {
            io::ErrorKind::NotFound => Self::Missing { path },
            _ => Self::Unreadable { path, cause },
        }
    }
}
