//! `html`, `js` and `urlquery`: text made safe to put elsewhere.
//!
//! What is escaped how is that of Go's `template.HTMLEscape`, `template.JSEscape` and
//! `url.QueryEscape`.

use super::quote::push_char;
use super::text::{is_printable, runes};

pub(super) fn html(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        match byte {
            0 => out.extend_from_slice("\u{fffd}".as_bytes()),
            b'"' => out.extend_from_slice(b"&#34;"),
            b'\'' => out.extend_from_slice(b"&#39;"),
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            _ => out.push(byte),
        }
    }
    out
}

pub(super) fn js(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for (rune, bytes) in runes(text) {
        match rune {
            Some(c @ ('\\' | '\'' | '"')) => {
                out.push(b'\\');
                push_char(&mut out, c);
            }
            Some(c) if c < ' ' || "<>&=".contains(c) || !c.is_ascii() && !is_printable(c) => {
                let escaped = format!("\\u{:04X}", u32::from(c));
                out.extend_from_slice(escaped.as_bytes());
            }
            _ => out.extend_from_slice(bytes),
        }
    }
    out
}

pub(super) fn url_query(text: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |half: u8| DIGITS.get(usize::from(half)).copied().unwrap_or(b'0');
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(byte),
            b' ' => out.push(b'+'),
            _ => out.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]),
        }
    }
    out
}
