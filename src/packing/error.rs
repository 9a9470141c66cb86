//! Everything that can stop packing, in words for the person who has to act on it.

use std::io;

use crate::diagnostic::{Code, Diagnostic, Source};

/// Why files could not be packed: what is wrong, with which file. What to do is in its [diagnostic](Self::diagnostic).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// A path in the list of files is the empty text.
    #[error("the artifact lists a file without a path")]
    EmptyPath,

    /// A listed file, or one that was there when the archive was planned, does not exist.
    #[error("`{path}` does not exist")]
    Missing {
        /// The path as it was asked for.
        path: String,
    },

    /// A symbolic link whose target does not exist.
    #[error("`{path}` is a symbolic link to `{target}`, which does not exist")]
    BrokenLink {
        /// The link.
        path: String,
        /// Where it leads.
        target: String,
    },

    /// A symbolic link out of everything that the host lets the component read.
    #[error(
        "`{path}` is a symbolic link to `{target}`, outside of the directories that may be read"
    )]
    LinkOutside {
        /// The link.
        path: String,
        /// Where it leads.
        target: String,
    },

    /// A symbolic link with an absolute path, which WASI hides.
    #[error("`{path}` is a symbolic link to an absolute path, which WASI does not let it follow")]
    AbsoluteLink {
        /// The link.
        path: String,
    },

    /// A symbolic link that never arrives, or that leads to a directory which contains the link.
    #[error("`{path}` goes in a circle: a symbolic link leads back to where it came from")]
    LinkCycle {
        /// The link, or the directory reached through it.
        path: String,
    },

    /// The operating system, or the sandbox, refused to read a file or directory.
    #[error("cannot read `{path}`: {cause}")]
    Unreadable {
        /// The file or directory.
        path: String,
        /// What the system said.
        cause: io::Error,
    },

    /// A named pipe, socket or device.
    #[error("`{path}` is neither a file nor a directory but a pipe, socket or device")]
    Special {
        /// The special file.
        path: String,
    },

    /// A file name that is not Unicode; no path in the archive could stand for it on every machine.
    #[error("`{directory}` contains a file whose name is not UTF-8 (`{name}`)")]
    NotUtf8 {
        /// The directory that contains it.
        directory: String,
        /// The name, with � in the place of what is not UTF-8.
        name: String,
    },

    /// Several files without a directory in common: there is nothing to name them relative to.
    #[error(
        "`{first}` and `{second}` have no directory in common, so they cannot be named in one archive"
    )]
    NoCommonDirectory {
        /// One of the paths.
        first: String,
        /// A path that shares no directory with it.
        second: String,
    },

    /// Two different paths would get the same name in the archive.
    #[error("`{first}` and `{second}` would both be `{name}` in the archive")]
    SameName {
        /// The name in the archive.
        name: String,
        /// The path that has it already.
        first: String,
        /// The path that would get it too.
        second: String,
    },

    /// The size or the time of a file is not what it was when the archive was planned, or the file ended early.
    #[error("`{path}` changed while it was being packed")]
    Changed {
        /// The file.
        path: String,
    },

    /// The files add up to more than can be numbered.
    #[error("the artifact's files are too large for one archive")]
    TooLarge,

    /// Files that are published as they are.
    #[error("these files are published as they are, without an archive")]
    NoArchive,

    /// A compression level outside of 0 to 9.
    #[error("there is no compression level {level}")]
    NoSuchLevel {
        /// What was asked for.
        level: u8,
    },

    /// A block that the archive does not have.
    #[error("there is no block {index} in an archive of {blocks}")]
    NoSuchBlock {
        /// The index that was asked for.
        index: u32,
        /// How many there are.
        blocks: u32,
    },

    /// The permissions given are not one for each member.
    #[error("{given} permissions were given for {members} members")]
    WrongPermissions {
        /// How many were given.
        given: usize,
        /// How many members there are.
        members: usize,
    },

    /// The sums given for the trailer are not those of this archive's blocks.
    #[error(
        "the sums of {given} blocks with {given_length} bytes were given; the archive has {blocks} with {length}"
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
    #[error("the compressor failed: {cause}")]
    Compressor {
        /// What it said.
        cause: String,
    },
}

impl PackError {
    /// The error as a finding about the artifact's files.
    pub fn diagnostic(&self) -> Diagnostic {
        let (code, help) = self.code_and_help();
        Diagnostic::error(Source::Files, code, self.to_string()).help(help)
    }

    /// The stable name, the same for all errors that a program would treat alike, and what to do.
    fn code_and_help(&self) -> (Code, &'static str) {
        match self {
            Self::Missing { .. } => (
                Code::MissingFile,
                "check that the build wrote it, or take it off the artifact's files",
            ),
            Self::BrokenLink { .. } => (Code::BrokenLink, "restore its target or remove the link"),
            Self::LinkCycle { .. } => (Code::BrokenLink, "remove that link"),
            Self::LinkOutside { .. } => (
                Code::LinkOutside,
                "replace it with a copy of what it leads to, or move that into the artifact's directory",
            ),
            Self::AbsoluteLink { .. } => (
                Code::LinkOutside,
                "make it relative (`ln -sr`), or replace it with a copy of what it leads to",
            ),
            Self::Changed { .. } => (
                Code::ChangedFile,
                "wait until nothing writes to it any more, then publish again",
            ),
            Self::Unreadable { .. } => (Code::UnreadableFile, "make it readable"),
            Self::Special { .. } => (Code::UnreadableFile, "take it off the artifact's files"),
            Self::NotUtf8 { .. } => (Code::UnreadableFile, "rename it"),
            Self::EmptyPath => (Code::FileNames, "give each of its files a path"),
            Self::NoCommonDirectory { .. } => (
                Code::FileNames,
                "write both paths from the same directory, or both as absolute paths",
            ),
            Self::SameName { .. } => (Code::FileNames, "list only one of them"),
            Self::TooLarge => (Code::TooLarge, "publish fewer of them"),
            Self::NoArchive => (Code::WrongArgument, "upload them as they are"),
            Self::NoSuchLevel { .. } => (
                Code::WrongArgument,
                "choose one from 0 (stored) over 6 (the default) to 9 (smallest)",
            ),
            Self::NoSuchBlock { .. } => (Code::WrongArgument, "blocks are numbered from 0"),
            Self::WrongPermissions { .. } => (
                Code::WrongArgument,
                "give one for each member, in their order",
            ),
            Self::WrongSums { .. } => (
                Code::WrongArgument,
                "give the sum of each block once, in their order",
            ),
            Self::Compressor { .. } => (
                Code::InternalError,
                "this is a defect of the post-processor: please report it",
            ),
        }
    }

    /// The error of a system call about `path`.
    pub(crate) fn reading(path: &str, cause: io::Error) -> Self {
        let path = path.to_owned();
        match cause.kind() {
            io::ErrorKind::NotFound => Self::Missing { path },
            _ => Self::Unreadable { path, cause },
        }
    }
}
