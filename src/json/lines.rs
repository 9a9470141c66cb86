//! Lines and columns of a text, without counting from its beginning each time.

use crate::work;

/// How many bytes are counted at most to find a place.
const STRIDE: usize = 512;

/// The place of every 512th byte of a text.
#[derive(Debug)]
pub struct Lines(Vec<Place>);

/// Line and column, both counted from 0; a column is a Unicode scalar value.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place {
    pub line: u32,
    pub column: u32,
}

impl Lines {
    /// Counts once through the text.
    pub fn of(text: &str) -> Self {
        let mut place = Place::default();
        let places = text.as_bytes().chunks(STRIDE).map(|chunk| {
            let before = place;
            place.advance(chunk);
            before
        });
        Self(places.collect())
    }

    /// Where that byte of the same text stands.
    pub fn place(&self, text: &str, offset: usize) -> Place {
        let index = (offset / STRIDE).min(self.0.len().saturating_sub(1));
        let mut place = self.0.get(index).copied().unwrap_or_default();
        let rest = text.as_bytes().get(index * STRIDE..offset);
        place.advance(rest.unwrap_or_default());
        place
    }
}

impl Place {
    fn advance(&mut self, bytes: &[u8]) {
        work::count(bytes.len());
        for &byte in bytes {
            if byte == b'\n' {
                self.line += 1;
                self.column = 0;
            } else if byte & 0xc0 != 0x80 {
                self.column += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_that_counting_gives() {
        let text = "aü\n\n€𝄞 x\r\n".repeat(300) + &"ü".repeat(STRIDE);
        let lines = Lines::of(&text);
        let (mut line, mut column) = (0, 0);
        for (offset, c) in text.char_indices() {
            let place = lines.place(&text, offset);
            assert_eq!((place.line, place.column), (line, column), "{offset}");
            (line, column) = if c == '\n' {
                (line + 1, 0)
            } else {
                (line, column + 1)
            };
        }
        let end = lines.place(&text, text.len());
        assert_eq!((end.line, end.column), (line, column));
        assert_eq!(Lines::of("").place("", 0).column, 0);
    }
}
