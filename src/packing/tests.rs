//! Packing as a whole: rules of the names, the archive's bytes, what stops it.

mod archives;
mod rules;

use super::*;

/// Bytes that do not compress, the same ones for the same seed (xorshift64*).
pub(crate) fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        state.wrapping_mul(0x2545_f491_4f6c_dd1d).to_be_bytes()
    };
    std::iter::repeat_with(&mut next)
        .flatten()
        .take(length)
        .collect()
}

pub(crate) fn plan_of(files: &dyn Files, paths: &[&str]) -> Result<Payload, PackError> {
    let paths: Vec<String> = paths.iter().map(|&path| path.to_owned()).collect();
    plan(files, &paths, &Options::default())
}

pub(crate) fn archive_of(files: &dyn Files, paths: &[&str]) -> Archive {
    match plan_of(files, paths) {
        Ok(Payload::Archive(archive)) => archive,
        other => panic!("{paths:?}: {other:?}"),
    }
}

/// All blocks, joined.
pub(crate) fn pack(archive: &Archive, files: &dyn Files) -> Vec<u8> {
    let blocks: Vec<Block> = (0..archive.blocks())
        .map(|index| archive.block(index, files).unwrap())
        .collect();
    let sums: Vec<(u32, u64)> = blocks
        .iter()
        .map(|block| (block.crc32, block.length))
        .collect();
    let mut bytes: Vec<u8> = blocks.into_iter().flat_map(|block| block.data).collect();
    bytes.extend(archive.trailer(&sums).unwrap());
    bytes
}
