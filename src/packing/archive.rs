//! The planned archive: what it has, and its blocks.

use zlib_rs::crc32::crc32_combine;

use super::block::{self, BLOCK_LENGTH, Block};
use super::deflate::WINDOW;
use super::error::PackError;
use super::files::Files;
use super::level::Level;
use super::members::Member;
use super::virtual_tar::VirtualTar;
use super::{fingerprint, gzip};
use std::sync::OnceLock;

/// A tar.gz that is made block by block. What it holds is the plan; every byte is read when its block is made.
///
/// All blocks in the order of their index and then the [trailer](Self::trailer) are the whole file; the gzip header is the
/// beginning of block 0. The memory that a call takes is a few times [`BLOCK_LENGTH`], whatever the size of the files.
#[derive(Debug)]
pub struct Archive {
    tar: VirtualTar,
    level: Level,
    blocks: u32,
    /// The block of nothing but zeros after zeros: sparse disk images have thousands, and they are all the same.
    zeros: OnceLock<Block>,
}

impl Archive {
    pub(crate) fn new(members: Vec<Member>, level: Level) -> Result<Self, PackError> {
        let tar = VirtualTar::new(members)?;
        let blocks =
            u32::try_from(tar.len().div_ceil(BLOCK_LENGTH)).map_err(|_| PackError::TooLarge)?;
        Ok(Self {
            tar,
            level,
            blocks,
            zeros: OnceLock::new(),
        })
    }

    /// The members, in the order of the archive.
    pub fn members(&self) -> &[Member] {
        self.tar.members()
    }

    /// Sets the permission bits of all [members](Self::members), in their order: what a host knows and WASI does not.
    /// Every instance that makes blocks of one archive has to be told the same.
    pub fn set_permissions(&mut self, permissions: &[u32]) -> Result<(), PackError> {
        if permissions.len() != self.members().len() {
            return Err(PackError::WrongPermissions {
                given: permissions.len(),
                members: self.members().len(),
            });
        }
        self.tar.set_permissions(permissions);
        Ok(())
    }

    /// The length of the tar in bytes, before compression: what the [lengths](Block::length) of the blocks add up to.
    #[expect(
        clippy::len_without_is_empty,
        reason = "a tar is never empty: it ends with two blocks of zeros"
    )]
    pub fn len(&self) -> u64 {
        self.tar.len()
    }

    /// How many blocks there are; at least one.
    pub fn blocks(&self) -> u32 {
        self.blocks
    }

    /// A text that is equal as long as the members' names, sizes and times are; see
    /// [`Payload::fingerprint`](super::Payload::fingerprint).
    pub fn fingerprint(&self) -> String {
        fingerprint::of_members(self.members())
    }

    /// Makes the block of this index. Equal calls give equal bytes, as long as the files are those that were planned; if
    /// one that is read for this block is not, that is an error.
    pub fn block(&self, index: u32, files: &dyn Files) -> Result<Block, PackError> {
        let length = self.block_length(index).ok_or(PackError::NoSuchBlock {
            index,
            blocks: self.blocks,
        })?;
        let start = u64::from(index) * BLOCK_LENGTH;
        let before = start.min(WINDOW as u64);
        let mut bytes = vec![0; (before + length) as usize];
        let mut reader = self.tar.reader(files);
        reader.fill(start - before, &mut bytes)?;
        reader.close()?;

        let (before, data) = bytes
            .split_at_checked(before as usize)
            .unwrap_or((&[], &bytes));
        let last = index + 1 == self.blocks;
        if !last && before.len() == WINDOW && is_zero(&bytes) {
            return self.zero_block(before, data);
        }
        let mut block = block::pack(before, data, last, self.level)?;
        if index == 0 {
            block.data.splice(..0, gzip::header(self.level));
        }
        Ok(block)
    }

    /// The end of the file: the [CRC-32](Block::crc32) and [length](Block::length) of all blocks, in their order, as one.
    pub fn trailer(&self, sums: &[(u32, u64)]) -> Result<Vec<u8>, PackError> {
        let lengths = (0..self.blocks).map(|index| self.block_length(index));
        if !sums.iter().map(|(_, length)| Some(*length)).eq(lengths) {
            return Err(PackError::WrongSums {
                given: sums.len(),
                given_length: sums
                    .iter()
                    .fold(0, |sum: u64, (_, length)| sum.saturating_add(*length)),
                blocks: self.blocks,
                length: self.len(),
            });
        }
        let mut whole = 0;
        for &(crc32, length) in sums {
            whole = crc32_combine(whole, crc32, length);
        }
        Ok(gzip::trailer(whole, self.len()))
    }

    fn block_length(&self, index: u32) -> Option<u64> {
        let start = u64::from(index) * BLOCK_LENGTH;
        self.len()
            .checked_sub(start)
            .filter(|&rest| rest > 0)
            .map(|rest| rest.min(BLOCK_LENGTH))
    }

    /// What [`block::pack`] makes of such a block, the second time without making it.
    fn zero_block(&self, before: &[u8], data: &[u8]) -> Result<Block, PackError> {
        if let Some(block) = self.zeros.get() {
            return Ok(block.clone());
        }
        let block = block::pack(before, data, false, self.level)?;
        Ok(self.zeros.get_or_init(|| block).clone())
    }
}

/// In pieces, because a fold over a piece becomes vector instructions and a search that can stop at any byte does not.
fn is_zero(bytes: &[u8]) -> bool {
    bytes
        .chunks(256)
        .all(|piece| piece.iter().fold(0, |any, byte| any | byte) == 0)
}
