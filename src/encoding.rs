//! From the bytes that a host read to a text: how it is encoded, and how large it may be.

use crate::diagnostic::{Code, Diagnostic, Position, Source};

/// The most bytes of a text. Templates and manifests are some thousand.
pub const TEXT_LIMIT: u64 = 8 << 20;

/// The text that these bytes are.
///
/// # Errors
/// They are too many, or not UTF-8.
pub fn decode(bytes: &[u8], source: Source) -> Result<&str, Diagnostic> {
    if bytes.len() as u64 > TEXT_LIMIT {
        let message = format!("the text is larger than {} MiB", TEXT_LIMIT >> 20);
        return Err(Diagnostic::error(source, Code::TooLarge, message));
    }
    let refused = |at: &[u8], what: &str, help: &str| {
        let message = format!("the text {what}");
        Diagnostic {
            position: Some(position(at)),
            ..Diagnostic::error(source, Code::Syntax, message).help(help)
        }
    };
    let utf_16 = |order: &str| {
        let what = format!("is UTF-16 ({order}), not UTF-8");
        refused(&[], &what, "save it as UTF-8")
    };
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => Err(refused(
            &[],
            "begins with a byte-order mark",
            "save it as UTF-8 without a byte-order mark (\"BOM\")",
        )),
        [0xff, 0xfe, ..] | [1..=0xff, 0, ..] => Err(utf_16("little-endian")),
        [0xfe, 0xff, ..] | [0, 1..=0xff, ..] => Err(utf_16("big-endian")),
        _ => std::str::from_utf8(bytes).map_err(|error| {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            refused(valid, "is not UTF-8 from here on", "save it as UTF-8")
        }),
    }
}

/// The place behind these bytes, which are UTF-8.
fn position(before: &[u8]) -> Position {
    let before = String::from_utf8_lossy(before);
    let line = before.rsplit('\n').next().unwrap_or_default();
    Position {
        line: count(before.matches('\n').count() + 1),
        column: count(line.chars().count() + 1),
        length: 1,
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: &[u8]) -> Diagnostic {
        decode(bytes, Source::Template).unwrap_err()
    }

    #[test]
    fn encodings_are_named() {
        assert_eq!(
            decode("{\"ü\": 1}".as_bytes(), Source::Template),
            Ok("{\"ü\": 1}")
        );
        assert_eq!(decode(b"", Source::Template), Ok(""));
        assert!(
            refused(b"\xef\xbb\xbf{}")
                .message
                .contains("byte-order mark")
        );
        for (utf_16, order) in [
            (&b"\xff\xfe{\0}\0"[..], "little"),
            (b"\xfe\xff\0{\0}", "big"),
            (b"{\0}\0", "little"),
            (b"\0{\0}", "big"),
        ] {
            let message = refused(utf_16).message;
            assert!(
                message.contains(&format!("UTF-16 ({order}-endian)")),
                "{message}"
            );
        }
        assert_eq!(refused(b"\xef\xbb\xbf{}").position.unwrap().column, 1);
        let latin = refused(b"{\n\"a\xfc\"}");
        assert!(latin.message.contains("not UTF-8"));
        let at = latin.position.unwrap();
        assert_eq!((at.line, at.column), (2, 3));
    }

    #[test]
    fn too_large_a_text_is_not_looked_at() {
        let large = vec![0xff; TEXT_LIMIT as usize + 1];
        assert_eq!(refused(&large).code, Code::TooLarge);
    }
}
