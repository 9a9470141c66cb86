//! Pieces of a deflate stream (RFC 1951) that can be put one after the other.
//!
//! A piece that is not the last ends in an empty stored block, which ends on a byte boundary; no bit of the next piece
//! depends on it. Only the window does: a piece may refer back to the 32 KiB before it, which the reader has by then.

use super::error::PackError;
use super::level::Level;
use zlib_rs::{Deflate, DeflateError, DeflateFlush, Status};

/// How far deflate can refer back (RFC 1951, section 2).
pub(crate) const WINDOW: usize = 1 << WINDOW_BITS;

const WINDOW_BITS: u8 = 15;

/// The longest content of one stored block (RFC 1951, section 3.2.4).
const LONGEST_STORED: usize = u16::MAX as usize;

/// The compressor is given room for its output in parts of this size. That is fixed, and so is all else that it is
/// given: it may decide by its room where a block of its own ends.
const OUTPUT: usize = 64 * 1024;

/// Compresses `data`, which comes after `before` in the stream.
pub(crate) fn compressed(
    before: &[u8],
    data: &[u8],
    last: bool,
    level: Level,
) -> Result<Vec<u8>, PackError> {
    let mut compress = Deflate::new(level.get().into(), false, WINDOW_BITS);
    if !before.is_empty() {
        compress.set_dictionary(before).map_err(failed)?;
    }
    let flush = if last {
        DeflateFlush::Finish
    } else {
        DeflateFlush::SyncFlush
    };
    let mut output = vec![0; OUTPUT];
    let mut packed = Vec::new();
    let mut rest = data;
    loop {
        let (consumed, produced) = (compress.total_in(), compress.total_out());
        let status = compress
            .compress(rest, &mut output, flush)
            .map_err(failed)?;
        let consumed = (compress.total_in() - consumed) as usize;
        let produced = (compress.total_out() - produced) as usize;
        rest = rest.get(consumed..).unwrap_or_default();
        packed.extend_from_slice(output.get(..produced).unwrap_or_default());
        // Room that is left over means that everything is out; the end of the stream is said expressly.
        if status == Status::StreamEnd || (!last && rest.is_empty() && produced < OUTPUT) {
            return Ok(packed);
        }
        if consumed == 0 && produced == 0 {
            return Err(PackError::Compressor {
                cause: "it makes no progress".to_owned(),
            });
        }
    }
}

/// Takes `data` over as it is: blocks of "no compression" (RFC 1951, section 3.2.4).
pub(crate) fn stored(data: &[u8], last: bool) -> Vec<u8> {
    let blocks = data.chunks(LONGEST_STORED);
    let final_block = blocks.len().checked_sub(1).filter(|_| last);
    let mut stored = Vec::with_capacity(stored_length(data));
    for (index, block) in blocks.enumerate() {
        let length = block.len() as u16;
        // BFINAL is the lowest bit, BTYPE 00 the next two; the rest of the byte is skipped.
        stored.push(u8::from(Some(index) == final_block));
        stored.extend(length.to_le_bytes());
        stored.extend((!length).to_le_bytes());
        stored.extend_from_slice(block);
    }
    stored
}

/// The length of what [`stored`] returns.
pub(crate) fn stored_length(data: &[u8]) -> usize {
    data.len() + 5 * data.len().div_ceil(LONGEST_STORED)
}

fn failed(error: DeflateError) -> PackError {
    PackError::Compressor {
        cause: error.as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packing::tests::noise;
    use flate2::read::DeflateDecoder;
    use std::io::Read as _;

    fn inflate(stream: &[u8]) -> Vec<u8> {
        let mut data = Vec::new();
        let mut decoder = DeflateDecoder::new(stream);
        decoder.read_to_end(&mut data).unwrap();
        assert_eq!(
            decoder.total_in(),
            stream.len() as u64,
            "bytes after the end of the stream"
        );
        data
    }

    #[test]
    fn pieces_of_all_levels_join() {
        let text: Vec<u8> = (0..30_000)
            .flat_map(|n: u32| n.to_string().into_bytes())
            .collect();
        let data = [text, noise(150_000, 1), vec![0; 200_000]].concat();
        let cuts = [0, 1, 70_000, 139_000, 250_000, 250_001, data.len()];
        let mut stream = Vec::new();
        for (index, cut) in cuts.windows(2).enumerate() {
            let (start, end) = (cut[0], cut[1]);
            let last = end == data.len();
            let before = &data[start.saturating_sub(WINDOW)..start];
            match index % 2 {
                0 => stream.extend(
                    compressed(before, &data[start..end], last, Level::new(6).unwrap()).unwrap(),
                ),
                _ => stream.extend(stored(&data[start..end], last)),
            }
        }
        assert!(inflate(&stream) == data);

        for level in 1..=9 {
            let level = Level::new(level).unwrap();
            let (a, b) = data.split_at(200_000);
            let mut stream = compressed(&[], a, false, level).unwrap();
            stream.extend(compressed(&a[a.len() - WINDOW..], b, true, level).unwrap());
            assert!(inflate(&stream) == data, "{level:?}");
        }
    }

    #[test]
    fn a_piece_refers_to_what_is_before_it() {
        let noise = noise(20_000, 2);
        let alone = compressed(&[], &noise, true, Level::default()).unwrap();
        let after_itself = compressed(&noise, &noise, true, Level::default()).unwrap();
        assert!(alone.len() >= noise.len());
        assert!(after_itself.len() < 500, "{}", after_itself.len());
    }

    #[test]
    fn stored_blocks_are_of_any_length() {
        for length in [
            1,
            LONGEST_STORED - 1,
            LONGEST_STORED,
            LONGEST_STORED + 1,
            2 * LONGEST_STORED,
            300_000,
        ] {
            let data = noise(length, 3);
            let stored = stored(&data, true);
            assert_eq!(stored.len(), stored_length(&data));
            assert!(inflate(&stored) == data, "{length}");
        }
    }
}
