//! One value formatted by one verb, as Go's `fmt` does it.

use super::float;
use super::limits::{LONGEST, TOO_LONG};
use super::quote::{can_backquote, push_char, quote, quote_char};
use super::text::{first_runes, is_printable, rune_count};
use super::value::Value;

/// Formatted text. It stops growing once it is longer than any function may give.
#[derive(Debug, Default)]
pub(super) struct Sink {
    pub(super) bytes: Vec<u8>,
}

impl Sink {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        if self.bytes.len() <= LONGEST {
            self.bytes.extend_from_slice(bytes);
        }
    }

    fn fill(&mut self, byte: u8, count: usize) {
        if self.bytes.len() <= LONGEST {
            let count = count.min(TOO_LONG);
            self.bytes.resize(self.bytes.len() + count, byte);
        }
    }
}

/// The flags, width and precision of a verb.
#[derive(Debug, Clone, Default)]
pub(super) struct Format {
    pub(super) minus: bool,
    pub(super) plus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    /// `%#v`: the value as Go source.
    pub(super) source: bool,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
}

impl Format {
    pub(super) fn value(&self, sink: &mut Sink, value: &Value, verb: char) {
        match (verb, value) {
            ('v' | 'T', Value::Nil) => self.pad(sink, b"<nil>"),
            (_, Value::Nil) => self.bad_verb(sink, value, verb),
            ('T', _) => self.string(sink, value.type_name().as_bytes()),
            ('v' | 't', Value::Bool(true)) => self.pad(sink, b"true"),
            ('v' | 't', Value::Bool(false)) => self.pad(sink, b"false"),
            (_, Value::Bool(_)) => self.bad_verb(sink, value, verb),
            (_, Value::Float(number)) => self.float(sink, value, *number, verb),
            (_, Value::Text(text)) => self.text(sink, value, text, verb),
            (_, Value::Int(number)) => {
                self.integer(sink, value, number.unsigned_abs(), *number < 0, verb);
            }
            ('v', Value::Byte(number)) if self.source => {
                let format = Self {
                    sharp: true,
                    ..self.clone()
                };
                format.digits(sink, u64::from(*number), false, 'x');
            }
            (_, Value::Byte(number)) => {
                self.integer(sink, value, u64::from(*number), false, verb);
            }
        }
    }

    /// What Go prints for a verb that does not suit the value.
    fn bad_verb(&self, sink: &mut Sink, value: &Value, verb: char) {
        sink.push(b"%!");
        push_char(&mut sink.bytes, verb);
        sink.push(b"(");
        sink.push(value.type_name().as_bytes());
        if *value != Value::Nil {
            sink.push(b"=");
            self.value(sink, value, 'v');
        }
        sink.push(b")");
    }

    fn text(&self, sink: &mut Sink, value: &Value, text: &[u8], verb: char) {
        match verb {
            'v' if self.source => self.quoted(sink, text),
            'v' | 's' => self.string(sink, text),
            'q' => self.quoted(sink, text),
            'x' => self.hexadecimal(sink, text, |half| char::from_digit(half, 16), "0x"),
            'X' => self.hexadecimal(
                sink,
                text,
                |half| char::from_digit(half, 16).map(|digit| digit.to_ascii_uppercase()),
                "0X",
            ),
            _ => self.bad_verb(sink, value, verb),
        }
    }

    fn string(&self, sink: &mut Sink, text: &[u8]) {
        self.pad(sink, self.truncated(text));
    }

    fn quoted(&self, sink: &mut Sink, text: &[u8]) {
        let text = self.truncated(text);
        if self.sharp && can_backquote(text) {
            let quoted = [b"`", text, b"`"].concat();
            self.pad(sink, &quoted);
        } else {
            self.pad(sink, &quote(text, self.plus));
        }
    }

    fn truncated<'b>(&self, text: &'b [u8]) -> &'b [u8] {
        match self.precision {
            Some(count) => first_runes(text, count),
            None => text,
        }
    }

    /// The bytes of a text as hexadecimal digits, each with the prefix if there are spaces.
    fn hexadecimal(
        &self,
        sink: &mut Sink,
        text: &[u8],
        digit: fn(u32) -> Option<char>,
        prefix: &str,
    ) {
        let count = self.precision.unwrap_or(text.len());
        let mut out = String::new();
        for (index, byte) in text.iter().take(count).enumerate() {
            if self.space && index > 0 {
                out.push(' ');
            }
            if self.sharp && (self.space || index == 0) {
                out.push_str(prefix);
            }
            out.extend(digit(u32::from(byte >> 4)));
            out.extend(digit(u32::from(byte & 15)));
        }
        self.pad(sink, out.as_bytes());
    }

    fn integer(&self, sink: &mut Sink, value: &Value, number: u64, negative: bool, verb: char) {
        // As Go sees a number that is not one of the characters.
        let code = if negative {
            number.wrapping_neg()
        } else {
            number
        };
        let rune = u32::try_from(code).ok().and_then(char::from_u32);
        match verb {
            'v' | 'd' | 'b' | 'o' | 'O' | 'x' | 'X' => self.digits(sink, number, negative, verb),
            'c' => {
                let c = rune.unwrap_or(char::REPLACEMENT_CHARACTER);
                self.pad(sink, c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            'q' => {
                let c = rune.unwrap_or(char::REPLACEMENT_CHARACTER);
                self.pad(sink, &quote_char(c, self.plus));
            }
            'U' => {
                let digits = format!("{code:X}");
                let wanted = self.precision.unwrap_or(4).clamp(4, TOO_LONG);
                let zeros = wanted.saturating_sub(digits.len());
                let mut out = format!("U+{}{digits}", "0".repeat(zeros));
                if let Some(c) = rune.filter(|c| self.sharp && is_printable(*c)) {
                    out.push_str(&format!(" '{c}'"));
                }
                self.pad_with_spaces(sink, out.as_bytes());
            }
            _ => self.bad_verb(sink, value, verb),
        }
    }

    /// What stands before a number's digits.
    fn sign(&self, negative: bool) -> &'static str {
        if negative {
            "-"
        } else if self.plus {
            "+"
        } else if self.space {
            " "
        } else {
            ""
        }
    }

    /// A whole number in the base of `verb`.
    fn digits(&self, sink: &mut Sink, number: u64, negative: bool, verb: char) {
        let sign = self.sign(negative);
        let zeros = match (self.precision, self.width) {
            // No digits for zero is what a precision of zero asks for.
            (Some(0), _) if number == 0 => return self.pad_with_spaces(sink, b""),
            (Some(precision), _) => precision,
            (None, Some(width)) if self.zero => width.saturating_sub(sign.len()),
            _ => 0,
        };
        let mut digits = match verb {
            'b' => format!("{number:b}"),
            'o' | 'O' => format!("{number:o}"),
            'x' => format!("{number:x}"),
            'X' => format!("{number:X}"),
            _ => number.to_string(),
        };
        let missing = zeros.min(TOO_LONG).saturating_sub(digits.len());
        digits.insert_str(0, &"0".repeat(missing));
        let prefix = match verb {
            'O' => "0o",
            'b' if self.sharp => "0b",
            'o' if self.sharp && !digits.starts_with('0') => "0",
            'x' if self.sharp => "0x",
            'X' if self.sharp => "0X",
            _ => "",
        };
        // `%#O` has the prefixes of both.
        let octal = if verb == 'O' && self.sharp && !digits.starts_with('0') {
            "0"
        } else {
            ""
        };
        let out = [sign, prefix, octal, &digits].concat();
        self.pad_with_spaces(sink, out.as_bytes());
    }

    fn float(&self, sink: &mut Sink, value: &Value, number: f64, verb: char) {
        let (verb, precision) = match verb {
            'v' => ('g', None),
            'b' | 'g' | 'G' | 'x' | 'X' => (verb, None),
            'e' | 'E' | 'f' => (verb, Some(6)),
            'F' => ('f', Some(6)),
            _ => return self.bad_verb(sink, value, verb),
        };
        let precision = self.precision.or(precision).map(|p| p.min(TOO_LONG));
        let mut digits = float::format(number.abs(), verb, precision);
        if self.sharp && verb != 'b' {
            digits = float::with_point(&digits, verb, precision);
        }
        let sign = self.sign(number.is_sign_negative());
        let length = sign.len() + digits.len();
        match self.width {
            // The sign stands before the zeros.
            Some(width) if self.zero && width > length => {
                sink.push(sign.as_bytes());
                sink.fill(b'0', width - length);
                sink.push(digits.as_bytes());
            }
            _ => self.pad(sink, [sign, &digits].concat().as_bytes()),
        }
    }

    fn pad_with_spaces(&self, sink: &mut Sink, text: &[u8]) {
        let format = Self {
            zero: false,
            ..self.clone()
        };
        format.pad(sink, text);
    }

    /// `text` made as wide as the width asks, counted in runes.
    fn pad(&self, sink: &mut Sink, text: &[u8]) {
        let missing = match self.width {
            Some(width) => width.saturating_sub(rune_count(text)),
            None => 0,
        };
        if self.minus {
            sink.push(text);
            sink.fill(b' ', missing);
        } else {
            sink.fill(if self.zero { b'0' } else { b' ' }, missing);
            sink.push(text);
        }
    }
}
