//! Text and characters quoted as Go source, for `%q` and `%#v`: the rules of Go's `strconv.Quote`.

use super::text::{is_printable, runes};

/// `text` in double quotes; in `ascii`, everything else is escaped.
pub(super) fn quote(text: &[u8], ascii: bool) -> Vec<u8> {
    let mut out = vec![b'"'];
    for (rune, bytes) in runes(text) {
        match (rune, bytes) {
            (Some(c), _) => push_escaped(&mut out, c, '"', ascii),
            (None, [byte, ..]) => out.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
            (None, []) => {}
        }
    }
    out.push(b'"');
    out
}

/// `c` in single quotes.
pub(super) fn quote_char(c: char, ascii: bool) -> Vec<u8> {
    let mut out = vec![b'\''];
    push_escaped(&mut out, c, '\'', ascii);
    out.push(b'\'');
    out
}

/// Whether `text` can stand in backquotes as it is: Go's `strconv.CanBackquote`.
pub(super) fn can_backquote(text: &[u8]) -> bool {
    runes(text).all(|(rune, _)| match rune {
        Some(c) => c == '\t' || c >= ' ' && !matches!(c, '`' | '\x7f' | '\u{feff}'),
        None => false,
    })
}

pub(super) fn push_char(out: &mut Vec<u8>, c: char) {
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

fn push_escaped(out: &mut Vec<u8>, c: char, quote: char, ascii: bool) {
    let escape = match c {
        _ if c == quote => c,
        '\\' => '\\',
        _ if is_printable(c) && (c.is_ascii() || !ascii) => return push_char(out, c),
        '\x07' => 'a',
        '\x08' => 'b',
        '\x0c' => 'f',
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\x0b' => 'v',
        _ => {
            let code = u32::from(c);
            let escaped = match code {
                0..=0x7f => format!("\\x{code:02x}"),
                0x80..=0xffff => format!("\\u{code:04x}"),
                _ => format!("\\U{code:08x}"),
            };
            return out.extend_from_slice(escaped.as_bytes());
        }
    };
    out.push(b'\\');
    push_char(out, escape);
}
