//! How one block of the tar is packed.
//!
//! What happens to a block is decided by its bytes and the level alone:
//! - At level 0, and when samples of it do not shrink, it is stored.
//! - Otherwise it is compressed, with the 32 KiB before it as its dictionary: the loss against one long stream is below
//!   0.1 % then.
//! - Compressed data that would be longer than stored data is stored.

use super::error::PackError;
use super::level::Level;
use super::{compressibility, deflate};

/// How many bytes of the tar make a block; the last one has what remains.
///
/// Long enough that cutting costs nothing noticeable, short enough that an instance for each of many cores, with its
/// block before and after compression, needs little memory.
pub const BLOCK_LENGTH: u64 = 1 << 20;

/// A packed block of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The bytes of the archive that this block is.
    pub data: Vec<u8>,
    /// The CRC-32 of the bytes of the tar in this block.
    pub crc32: u32,
    /// How many bytes of the tar are in this block.
    pub length: u64,
}

/// Packs `data`, which comes after `before` in the tar; `last` ends the stream.
pub(crate) fn pack(
    before: &[u8],
    data: &[u8],
    last: bool,
    level: Level,
) -> Result<Block, PackError> {
    let is_stored = level == Level::STORED || !compressibility::is_compressible(data)?;
    let packed = match is_stored {
        true => deflate::stored(data, last),
        false => {
            let compressed = deflate::compressed(before, data, last, level)?;
            match compressed.len() < deflate::stored_length(data) {
                true => compressed,
                false => deflate::stored(data, last),
            }
        }
    };
    Ok(Block {
        data: packed,
        crc32: zlib_rs::crc32::crc32(0, data),
        length: data.len() as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packing::tests::noise;

    #[test]
    fn a_block_is_stored_or_compressed_by_what_is_in_it() {
        let noise = noise(300_000, 1);
        let zeros = vec![0; 300_000];
        let level = Level::default();
        assert_eq!(
            pack(&[], &noise, true, level).unwrap().data,
            deflate::stored(&noise, true)
        );
        assert_eq!(
            pack(&[], &zeros, true, Level::STORED).unwrap().data,
            deflate::stored(&zeros, true)
        );
        assert_eq!(
            pack(&[], &zeros, true, level).unwrap().data,
            deflate::compressed(&[], &zeros, true, level).unwrap()
        );
    }

    #[test]
    fn a_block_knows_its_sum_and_length() {
        let block = pack(b"before", b"123456789", false, Level::default()).unwrap();
        // The check value of CRC-32 in the catalogue of parametrised CRC algorithms.
        assert_eq!((block.crc32, block.length), (0xcbf4_3926, 9));
    }

    #[test]
    fn no_block_is_longer_than_stored() {
        for length in [1, 10, 100, 1000, 70_000] {
            for (data, level) in [
                (noise(length, 5), 1),
                (noise(length, 6), 9),
                (vec![b'a'; length], 6),
            ] {
                let block = pack(&[], &data, false, Level::new(level).unwrap()).unwrap();
                assert!(
                    block.data.len() <= deflate::stored_length(&data),
                    "{length}"
                );
            }
        }
    }
}
