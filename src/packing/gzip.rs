//! The gzip file format, RFC 1952: the header and trailer that are written, and the header that is recognised.

use super::level::Level;

/// The header of the archive's one member (RFC 1952, section 2.3).
///
/// No name and no time, and the operating system "unknown": nothing that would differ from machine to machine.
pub(crate) fn header(level: Level) -> [u8; 10] {
    // XFL, section 2.3.1: 2 is "maximum compression, slowest algorithm", 4 is "fastest algorithm".
    let extra_flags = match level.get() {
        9 => 2,
        1 => 4,
        _ => 0,
    };
    [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, extra_flags, 255]
}

/// The trailer: CRC-32 and length, modulo 2³², of what was compressed (RFC 1952, section 2.3.1).
pub(crate) fn trailer(crc32: u32, length: u64) -> Vec<u8> {
    let modulo = length & u64::from(u32::MAX);
    [crc32.to_le_bytes(), (modulo as u32).to_le_bytes()].concat()
}

const HEADER_CRC: u8 = 1 << 1;
const EXTRA: u8 = 1 << 2;
const NAME: u8 = 1 << 3;
const COMMENT: u8 = 1 << 4;

/// The longest name and comment, with the zero byte at their end, that the original's gzip reader accepted.
const LONGEST_TEXT: usize = 512;

/// How much of a file [`starts`] has to see.
pub(crate) const LONGEST_HEADER: usize = 10 + 2 + u16::MAX as usize + 2 * LONGEST_TEXT + 2;

/// Whether a file that starts with `bytes` (its first [`LONGEST_HEADER`], or all of it) is a gzip file.
///
/// This draws the line where the original's `gzip.NewReader` did: the header has to be whole and its optional parts in
/// order, what follows it is not looked at.
pub(crate) fn starts(bytes: &[u8]) -> bool {
    header_length(bytes).is_some()
}

fn header_length(bytes: &[u8]) -> Option<usize> {
    let (&[magic_1, magic_2, method, flags, ..], mut rest) = bytes.split_first_chunk::<10>()?;
    if [magic_1, magic_2, method] != [0x1f, 0x8b, 8] {
        return None;
    }
    if flags & EXTRA != 0 {
        let (length, after) = rest.split_first_chunk::<2>()?;
        rest = after.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            let end = rest.iter().take(LONGEST_TEXT).position(|&byte| byte == 0)?;
            rest = rest.get(end + 1..)?;
        }
    }
    let length = bytes.len() - rest.len();
    if flags & HEADER_CRC == 0 {
        return Some(length);
    }
    // "The two least significant bytes of the CRC32 for all bytes of the gzip header up to and not including the CRC16".
    let stated = rest.first_chunk::<2>()?;
    let [low, high, ..] = zlib_rs::crc32::crc32(0, bytes.get(..length)?).to_le_bytes();
    (*stated == [low, high]).then_some(length + 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, GzBuilder};
    use std::io::Write as _;

    fn gzip(builder: GzBuilder) -> Vec<u8> {
        let mut writer = builder.write(Vec::new(), Compression::default());
        writer.write_all(b"content").unwrap();
        writer.finish().unwrap()
    }

    fn with_header_crc(mut bytes: Vec<u8>, header: usize) -> Vec<u8> {
        bytes[3] |= HEADER_CRC;
        let crc = zlib_rs::crc32::crc32(0, &bytes[..header]).to_le_bytes();
        bytes.splice(header..header, [crc[0], crc[1]]);
        bytes
    }

    #[test]
    fn gzip_files_are_recognised() {
        assert_eq!(header_length(&gzip(GzBuilder::new())), Some(10));
        let full = gzip(
            GzBuilder::new()
                .filename("disk.img")
                .comment("made by a test")
                .extra(vec![0; 70]),
        );
        assert_eq!(header_length(&full), Some(10 + 72 + 9 + 15));
        assert_eq!(header_length(&with_header_crc(full, 106)), Some(108));
        assert!(starts(&header(Level::default())));
    }

    #[test]
    fn other_files_are_not() {
        let whole = gzip(GzBuilder::new().filename("disk.img").extra(vec![0; 70]));
        assert!(starts(&whole));
        for length in 0..10 + 72 + 9 {
            assert!(!starts(&whole[..length]), "{length} bytes of a header");
        }
        assert!(!starts(b"\x1f\x8b\x07 another method of compression"));
        assert!(!starts(b"BZh91AY&SY, and some more"));
        let mut wrong_crc = with_header_crc(gzip(GzBuilder::new()), 10);
        wrong_crc[10] ^= 1;
        assert!(!starts(&wrong_crc));
    }

    #[test]
    fn names_end_within_512_bytes() {
        let named = |length: usize| gzip(GzBuilder::new().filename(vec![b'n'; length]));
        assert!(starts(&named(511)));
        assert!(!starts(&named(512)));
    }

    #[test]
    fn the_length_wraps_at_4_gib() {
        assert_eq!(
            trailer(0x0403_0201, (7 << 32) + 5),
            [1, 2, 3, 4, 5, 0, 0, 0]
        );
    }
}
