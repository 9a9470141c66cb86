//! Whether compressing a block is worth the time, from a few samples of it.
//!
//! Disk images are often compressed or encrypted already. Deflate takes as long for them as for anything else, and gains
//! nothing. The samples are always taken at the same places, so that a block is always packed the same way.

use super::deflate::{self, WINDOW};
use super::error::PackError;
use super::level::Level;

/// A look costs a few per cent of a block at this level, the lowest that adapts its codes to the data.
const SAMPLE_LEVEL: u8 = 3;

/// A block that would keep more than 97 % of its size is not worth it.
const WORTH: (usize, usize) = (97, 100);

const SAMPLE: usize = 4 * 1024;
const SAMPLES: usize = 8;

/// Whether `block` would become noticeably smaller.
pub(crate) fn is_compressible(block: &[u8]) -> Result<bool, PackError> {
    // The first look, at pieces spread over the block, finds what has been compressed already.
    let pieces: Vec<u8> = block
        .chunks(block.len().div_ceil(SAMPLES).max(SAMPLE))
        .flat_map(|part| part.get(..SAMPLE).unwrap_or(part))
        .copied()
        .collect();
    if shrinks(&pieces)? {
        return Ok(true);
    }
    // In small pieces, data that repeats itself after more than their length looks random. The second look is long enough
    // to see whatever deflate could see.
    let middle = block.len().saturating_sub(2 * WINDOW) / 2;
    let run: &[u8] = block.get(middle..).unwrap_or_default();
    shrinks(run.get(..2 * WINDOW).unwrap_or(run))
}

fn shrinks(sample: &[u8]) -> Result<bool, PackError> {
    let length = deflate::compressed(&[], sample, true, Level::new(SAMPLE_LEVEL)?)?.len();
    Ok(length * WORTH.1 <= sample.len() * WORTH.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packing::block::BLOCK_LENGTH;
    use crate::packing::tests::noise;

    const LENGTH: usize = BLOCK_LENGTH as usize;

    #[test]
    fn noise_is_not_compressible() {
        for length in [LENGTH, LENGTH / 3, 100_000, 5000, 100] {
            assert!(!is_compressible(&noise(length, 1)).unwrap(), "{length}");
        }
    }

    #[test]
    fn text_zeros_and_skewed_bytes_are() {
        let text: Vec<u8> = (0..LENGTH as u32)
            .flat_map(|n| n.to_string().into_bytes())
            .take(LENGTH)
            .collect();
        assert!(is_compressible(&text).unwrap());
        assert!(is_compressible(&vec![0; LENGTH]).unwrap());
        // 64 different bytes at random: nothing repeats, but three quarters of the bits will do.
        let skewed: Vec<u8> = noise(LENGTH, 2).iter().map(|byte| byte & 63).collect();
        assert!(is_compressible(&skewed).unwrap());
    }

    #[test]
    fn a_compressible_eighth_anywhere_is_found() {
        for eighth in 0..8 {
            let mut block = noise(LENGTH, 3);
            block[eighth * LENGTH / 8..][..LENGTH / 8].fill(b'x');
            assert!(is_compressible(&block).unwrap(), "{eighth}");
        }
    }

    #[test]
    fn repetitions_that_are_far_apart_are_found() {
        // Each piece of noise comes twice, and no two of the small samples are of the same one.
        let twice = |seed| noise(15_000, seed).repeat(2);
        let block: Vec<u8> = (0..).flat_map(twice).take(LENGTH).collect();
        assert!(is_compressible(&block).unwrap());
    }
}
