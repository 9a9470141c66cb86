//! String and character constants: what is between the quotes.
//!
//! The escapes are those of Go's language specification, "Rune literals" and "String literals".

use std::str::Chars;

use super::error::Fault;

/// What a character or an escape in a constant stands for.
enum Unit {
    Char(char),
    Byte(u8),
}

/// The bytes of a string constant, given with its quotes.
pub(super) fn string(text: &str) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut chars = inside(text);
    while let Some(unit) = unit(&mut chars, '"')? {
        match unit {
            Unit::Byte(byte) => bytes.push(byte),
            Unit::Char(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Ok(bytes)
}

/// The bytes of a raw string constant, given with its quotes; carriage returns are dropped.
pub(super) fn raw(text: &str) -> Vec<u8> {
    inside(text)
        .filter(|c| *c != '\r')
        .collect::<String>()
        .into()
}

/// The number that a character constant, given with its quotes, stands for.
pub(super) fn character(text: &str) -> Result<i64, Fault> {
    let mut chars = inside(text);
    match (unit(&mut chars, '\'')?, chars.next()) {
        (Some(Unit::Char(c)), None) => Ok(i64::from(u32::from(c))),
        (Some(Unit::Byte(byte)), None) => Ok(i64::from(byte)),
        _ => Err(Fault::new(format!("{text} is not one character"))
            .help("write a string in \"…\" or `…`; '…' holds exactly one character")),
    }
}

fn inside(text: &str) -> Chars<'_> {
    let mut chars = text.chars();
    chars.next();
    chars.next_back();
    chars
}

fn unit(chars: &mut Chars<'_>, quote: char) -> Result<Option<Unit>, Fault> {
    let Some(c) = chars.next() else {
        return Ok(None);
    };
    if c != '\\' {
        return Ok(Some(Unit::Char(c)));
    }
    let text = chars.as_str();
    let unit = match chars.next() {
        Some('a') => Some(Unit::Char('\x07')),
        Some('b') => Some(Unit::Char('\x08')),
        Some('f') => Some(Unit::Char('\x0c')),
        Some('n') => Some(Unit::Char('\n')),
        Some('r') => Some(Unit::Char('\r')),
        Some('t') => Some(Unit::Char('\t')),
        Some('v') => Some(Unit::Char('\x0b')),
        Some('\\') => Some(Unit::Char('\\')),
        Some(c) if c == quote => Some(Unit::Char(c)),
        Some('x') => digits(chars, 2, 16)
            .and_then(|n| u8::try_from(n).ok())
            .map(Unit::Byte),
        Some('u') => digits(chars, 4, 16)
            .and_then(char::from_u32)
            .map(Unit::Char),
        Some('U') => digits(chars, 8, 16)
            .and_then(char::from_u32)
            .map(Unit::Char),
        Some('0'..='7') => {
            *chars = text.chars();
            digits(chars, 3, 8)
                .and_then(|n| u8::try_from(n).ok())
                .map(Unit::Byte)
        }
        _ => None,
    };
    match unit {
        Some(unit) => Ok(Some(unit)),
        None => {
            let start: String = text.chars().take(1).collect();
            Err(
                Fault::new(format!("\\{start} starts no escape that Go knows")).help(
                    "the escapes are \\a \\b \\f \\n \\r \\t \\v \\\\ \\ooo \\xhh \\uhhhh \
                     \\Uhhhhhhhh and the quote itself; a raw string in `…` has no escapes",
                ),
            )
        }
    }
}

/// The number in exactly the next `count` digits.
fn digits(chars: &mut Chars<'_>, count: usize, base: u32) -> Option<u32> {
    let mut number = 0_u32;
    for _ in 0..count {
        number = number.checked_mul(base)? + chars.next()?.to_digit(base)?;
    }
    Some(number)
}
