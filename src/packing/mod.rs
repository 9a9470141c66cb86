//! Packing: what an artifact's files become before they are uploaded.
//!
//! The archive is a *virtual* tar. [`plan`] asks for every file's size and time and reads no content; from then on each byte
//! of the tar has a known place. It is cut into blocks of [`BLOCK_LENGTH`], and every block is compressed by itself, so that
//! any number of instances can make them in any order. Put one after the other, with the [trailer](Archive::trailer) at the
//! end, they are **one** ordinary gzip member:
//!
//! ```text
//! paths ──plan──> Archive ──block(0)──> ┐
//!                         ──block(1)──> ├─ in order of their index, then trailer(sums) = archive.tar.gz
//!                         ──block(2)──> ┘
//! ```
//!
//! The bytes depend on the files' names, contents and times and on the [`Level`], and on nothing else: not on the number of
//! threads, not on the machine, not on who owns the files. `members` has the rules for names, `tar_header` those for the
//! members' attributes, `block` says how a block is compressed.
//!
//! # Symbolic links
//!
//! Every symbolic link is followed, and what it leads to is packed in its place. It has the link's name, but when the link
//! is all that the artifact lists: then it has its own, as in the original.
//!
//! What a link leads to has to be in a directory that the host lets the component read: hosts open those of the listed files
//! and those that listed links lead to. A link that leads elsewhere is an error ([`PackError::LinkOutside`]), and so is one
//! to an absolute path ([`PackError::AbsoluteLink`]) where the host does not tell what it says, as WASI asks of it. A link
//! that is all that the artifact lists is resolved by the host beforehand, and may lead anywhere.

mod archive;
mod block;
mod compressibility;
mod deflate;
#[cfg(test)]
mod disk;
mod error;
mod files;
mod fingerprint;
mod gzip;
mod level;
mod links;
mod members;
mod paths;
mod payload;
mod tar_header;
mod virtual_tar;

#[cfg(test)]
mod memory;
#[cfg(test)]
pub(crate) use memory::Memory;
#[cfg(test)]
mod tests;

pub use archive::Archive;
pub use block::{BLOCK_LENGTH, Block};
#[cfg(test)]
pub(crate) use disk::Disk;
pub use error::PackError;
pub use files::{Entry, Files, Reader, Stamp, Time};
pub use level::Level;
pub use members::{Content, Member};
pub use payload::{Options, Payload, plan, plan_archive};
