//! `printf`: the format strings of Go's `fmt`, with Go's marks for what is wrong in them.

use super::format::{Format, Sink};
use super::limits::WIDEST;
use super::quote::push_char;
use super::text::runes;
use super::value::Value;

/// `values` put into `format`.
pub(super) fn printf(format: &[u8], values: &[Value]) -> Vec<u8> {
    let mut printer = Printer {
        rest: format,
        values,
        next: 0,
        reordered: false,
        unclosed: false,
        sink: Sink::default(),
    };
    while let Some(percent) = printer.rest.iter().position(|byte| *byte == b'%') {
        let (text, verb) = printer.rest.split_at(percent);
        printer.sink.push(text);
        printer.rest = verb;
        printer.skip(1);
        printer.verb();
    }
    printer.sink.push(printer.rest);
    printer.extra();
    printer.sink.bytes
}

struct Printer<'f> {
    rest: &'f [u8],
    values: &'f [Value],
    /// Which value comes next.
    next: usize,
    /// Whether the format chose a value by its number.
    reordered: bool,
    /// Whether no bracket closes any more: many that open need not all look for one.
    unclosed: bool,
    sink: Sink,
}

/// What the numbers in brackets of one verb came to.
struct Indexes {
    /// Whether a number in brackets came last.
    last: bool,
    good: bool,
}

impl Printer<'_> {
    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    /// Prints what follows a percent sign.
    fn verb(&mut self) {
        let mut format = self.flags();
        let mut indexes = Indexes {
            last: false,
            good: true,
        };
        self.index(&mut indexes);
        if self.rest.starts_with(b"*") {
            self.skip(1);
            match self.star() {
                Some(width) => {
                    if width < 0 {
                        format.minus = true;
                        format.zero = false;
                    }
                    format.width = usize::try_from(width.unsigned_abs()).ok();
                }
                None => self.sink.push(b"%!(BADWIDTH)"),
            }
            indexes.last = false;
        } else {
            format.width = self.number();
            if indexes.last && format.width.is_some() {
                indexes.good = false;
            }
        }
        if self.rest.starts_with(b".") && self.rest.len() > 1 {
            self.skip(1);
            if indexes.last {
                indexes.good = false;
            }
            self.index(&mut indexes);
            if self.rest.starts_with(b"*") {
                self.skip(1);
                format.precision = self.star().and_then(|p| usize::try_from(p).ok());
                if format.precision.is_none() {
                    self.sink.push(b"%!(BADPREC)");
                }
                indexes.last = false;
            } else {
                format.precision = Some(self.number().unwrap_or(0));
            }
        }
        if !indexes.last {
            self.index(&mut indexes);
        }
        let Some((verb, bytes)) = runes(first_bytes(self.rest)).next() else {
            return self.sink.push(b"%!(NOVERB)");
        };
        let verb = verb.unwrap_or(char::REPLACEMENT_CHARACTER);
        self.skip(bytes.len());
        match self.values.get(self.next) {
            _ if verb == '%' => self.sink.push(b"%"),
            _ if !indexes.good => self.wrong(verb, b"(BADINDEX)"),
            None => self.wrong(verb, b"(MISSING)"),
            Some(value) => {
                if verb == 'v' {
                    // For `%v` these two mean other things, which only structures show.
                    format.source = std::mem::take(&mut format.sharp);
                    format.plus = false;
                }
                format.value(&mut self.sink, value, verb);
                self.next += 1;
            }
        }
    }

    fn flags(&mut self) -> Format {
        let mut format = Format::default();
        while let Some(flag) = self.rest.first() {
            match flag {
                b'#' => format.sharp = true,
                b'0' => format.zero = !format.minus,
                b'+' => format.plus = true,
                b'-' => {
                    format.minus = true;
                    format.zero = false;
                }
                b' ' => format.space = true,
                _ => break,
            }
            self.skip(1);
        }
        format
    }

    /// Takes a number in brackets: which value comes next, counted from 1.
    fn index(&mut self, indexes: &mut Indexes) {
        indexes.last = false;
        if !self.rest.starts_with(b"[") {
            return;
        }
        self.reordered = true;
        let end = if self.unclosed || self.rest.len() < 3 {
            None
        } else {
            self.rest.iter().position(|byte| *byte == b']')
        };
        let Some(end) = end else {
            self.unclosed = true;
            indexes.good = false;
            return self.skip(1);
        };
        let inside = self.rest.get(1..end).unwrap_or_default();
        self.skip(end + 1);
        let (number, length) = number(inside);
        let number = number.filter(|_| length == inside.len());
        indexes.last = number.is_some();
        match number.and_then(|number| number.checked_sub(1)) {
            Some(index) if index < self.values.len() => self.next = index,
            _ => indexes.good = false,
        }
    }

    /// The width or precision that is the next value.
    fn star(&mut self) -> Option<i64> {
        let value = self.values.get(self.next)?;
        self.next += 1;
        let number = value.integer()?;
        (number.unsigned_abs() <= WIDEST as u64).then_some(number)
    }

    /// Takes the width or precision that the format names.
    fn number(&mut self) -> Option<usize> {
        let (number, length) = number(self.rest);
        self.skip(length);
        number
    }

    fn wrong(&mut self, verb: char, mark: &[u8]) {
        self.sink.push(b"%!");
        push_char(&mut self.sink.bytes, verb);
        self.sink.push(mark);
    }

    /// Tells of values that the format does not use.
    fn extra(&mut self) {
        let values = self.values.get(self.next..).unwrap_or_default();
        if self.reordered || values.is_empty() {
            return;
        }
        self.sink.push(b"%!(EXTRA ");
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.sink.push(b", ");
            }
            self.sink.push(value.type_name().as_bytes());
            if *value != Value::Nil {
                self.sink.push(b"=");
                Format::default().value(&mut self.sink, value, 'v');
            }
        }
        self.sink.push(b")");
    }
}

/// As many bytes as one rune may have: no more are worth a look.
fn first_bytes(text: &[u8]) -> &[u8] {
    text.get(..4).unwrap_or(text)
}

/// The number at the start of `text` and its length. One that is too large takes all of the text.
fn number(text: &[u8]) -> (Option<usize>, usize) {
    let mut number = None;
    for (index, digit) in text.iter().enumerate() {
        if !digit.is_ascii_digit() {
            return (number, index);
        }
        let before = number.unwrap_or(0);
        if before > WIDEST {
            return (None, text.len());
        }
        number = Some(before * 10 + usize::from(digit - b'0'));
    }
    (number, text.len())
}
