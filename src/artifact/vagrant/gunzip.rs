//! Uncompressing gzip (RFC 1952): small code, since it is little that is read here. The sums at the end are left to those
//! who unpack the whole.

use std::io::{self, Read};

/// How far deflate can refer back (RFC 1951, section 2).
const WINDOW: usize = 32 << 10;

/// Lengths and distances begin here, and so many bits more are added (RFC 1951, section 3.2.5).
#[rustfmt::skip]
const LENGTHS: [(u16, u8); 29] = [
    (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 1), (13, 1),
    (15, 1), (17, 1), (19, 2), (23, 2), (27, 2), (31, 2), (35, 3), (43, 3), (51, 3), (59, 3),
    (67, 4), (83, 4), (99, 4), (115, 4), (131, 5), (163, 5), (195, 5), (227, 5), (258, 0),
];
#[rustfmt::skip]
const DISTANCES: [(u16, u8); 30] = [
    (1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (7, 1), (9, 2), (13, 2), (17, 3), (25, 3),
    (33, 4), (49, 4), (65, 5), (97, 5), (129, 6), (193, 6), (257, 7), (385, 7), (513, 8), (769, 8),
    (1025, 9), (1537, 9), (2049, 10), (3073, 10), (4097, 11), (6145, 11), (8193, 12), (12289, 12), (16385, 13), (24577, 13),
];

/// In which order the lengths of the code for lengths stand (RFC 1951, section 3.2.7).
const ORDER: [usize; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// The content of the first member of a gzip file.
pub struct Gunzip<R> {
    bits: Bits<R>,
    window: Vec<u8>,
    /// Where the next byte goes in the window.
    at: usize,
    state: State,
    is_last: bool,
}

enum State {
    Header,
    Block,
    Stored(usize),
    Codes(Box<[Huffman; 2]>),
    Copy(Box<[Huffman; 2]>, u16, usize),
    End,
}

impl<R: Read> Gunzip<R> {
    pub fn new(source: R) -> Self {
        Self {
            bits: Bits {
                source,
                buffer: vec![0; 4096],
                at: 0,
                length: 0,
                held: 0,
                count: 0,
            },
            window: vec![0; WINDOW],
            at: 0,
            state: State::Header,
            is_last: false,
        }
    }

    fn next(&mut self) -> io::Result<Option<u8>> {
        loop {
            match std::mem::replace(&mut self.state, State::End) {
                State::End => return Ok(None),
                State::Header => {
                    self.bits.skip_header()?;
                    self.state = State::Block;
                }
                State::Block if self.is_last => {}
                State::Block => self.state = self.block()?,
                State::Stored(0) => self.state = State::Block,
                State::Stored(left) => {
                    self.state = State::Stored(left - 1);
                    let byte = self.bits.take(8)? as u8;
                    return Ok(Some(self.put(byte)));
                }
                State::Codes(codes) => {
                    let [literals, distances] = &*codes;
                    match self.bits.decode(literals)? {
                        byte @ 0..256 => {
                            self.state = State::Codes(codes);
                            return Ok(Some(self.put(byte as u8)));
                        }
                        256 => self.state = State::Block,
                        symbol => {
                            let length = self.bits.number(&LENGTHS, symbol - 257)?;
                            let symbol = self.bits.decode(distances)?;
                            let distance = self.bits.number(&DISTANCES, symbol)?;
                            self.state = State::Copy(codes, length, distance.into());
                        }
                    }
                }
                State::Copy(codes, 0, _) => self.state = State::Codes(codes),
                State::Copy(codes, left, distance) => {
                    self.state = State::Copy(codes, left - 1, distance);
                    let from = (self.at + WINDOW).wrapping_sub(distance) % WINDOW;
                    let byte = self.window.get(from).copied().unwrap_or_default();
                    return Ok(Some(self.put(byte)));
                }
            }
        }
    }

    fn put(&mut self, byte: u8) -> u8 {
        if let Some(place) = self.window.get_mut(self.at) {
            *place = byte;
        }
        self.at = (self.at + 1) % WINDOW;
        byte
    }

    fn block(&mut self) -> io::Result<State> {
        self.is_last = self.bits.take(1)? == 1;
        Ok(match self.bits.take(2)? {
            0 => {
                self.bits.align();
                let length = self.bits.take(16)?;
                match self.bits.take(16)? == !length & 0xffff {
                    true => State::Stored(length as usize),
                    false => return Err(damaged()),
                }
            }
            1 => {
                let literals = [(8, 144), (9, 112), (7, 24), (8, 8)];
                let literals = literals.map(|(length, times)| vec![length; times]);
                let codes = [Huffman::new(&literals.concat())?, Huffman::new(&[5; 30])?];
                State::Codes(Box::new(codes))
            }
            2 => State::Codes(Box::new(self.bits.codes()?)),
            _ => return Err(damaged()),
        })
    }
}

impl<R: Read> Read for Gunzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        for (index, place) in buffer.iter_mut().enumerate() {
            match self.next()? {
                Some(byte) => *place = byte,
                None => return Ok(index),
            }
        }
        Ok(buffer.len())
    }
}

fn damaged() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

/// A canonical code: how many symbols have each length, and the symbols in the order of their codes.
struct Huffman {
    counts: [u16; 16],
    symbols: Vec<u16>,
}

impl Huffman {
    fn new(lengths: &[u8]) -> io::Result<Self> {
        let mut counts = [0; 16];
        let mut symbols = Vec::new();
        let mut left = 1_i32;
        for (length, count) in (0..).zip(&mut counts).skip(1) {
            let of_length = (0..).zip(lengths).filter(|(_, l)| **l == length);
            let before = symbols.len();
            symbols.extend(of_length.map(|(symbol, _)| symbol));
            *count = (symbols.len() - before) as u16;
            left = left * 2 - i32::from(*count);
            if left < 0 {
                return Err(damaged());
            }
        }
        Ok(Self { counts, symbols })
    }
}

/// A file, bit by bit.
struct Bits<R> {
    source: R,
    buffer: Vec<u8>,
    at: usize,
    length: usize,
    held: u32,
    count: u32,
}

impl<R: Read> Bits<R> {
    fn byte(&mut self) -> io::Result<u32> {
        if self.at == self.length {
            self.length = self.source.read(&mut self.buffer)?;
            self.at = 0;
        }
        let byte = self
            .buffer
            .get(self.at..self.length)
            .and_then(<[u8]>::first);
        self.at += 1;
        match byte {
            Some(byte) => Ok(u32::from(*byte)),
            None => {
                self.at = self.length;
                Err(io::ErrorKind::UnexpectedEof.into())
            }
        }
    }

    /// At most 16 bits.
    fn take(&mut self, bits: u32) -> io::Result<u32> {
        while self.count < bits {
            self.held |= self.byte()? << self.count;
            self.count += 8;
        }
        let taken = self.held & ((1 << bits) - 1);
        self.held >>= bits;
        self.count -= bits;
        Ok(taken)
    }

    /// Leaves out what is left of a byte.
    fn align(&mut self) {
        self.held >>= self.count % 8;
        self.count -= self.count % 8;
    }

    fn number(&mut self, table: &[(u16, u8)], symbol: u16) -> io::Result<u16> {
        let (first, bits) = table.get(usize::from(symbol)).ok_or_else(damaged)?;
        Ok(first + self.take((*bits).into())? as u16)
    }

    fn decode(&mut self, code: &Huffman) -> io::Result<u16> {
        let (mut word, mut first, mut index) = (0, 0, 0);
        for count in code.counts.iter().skip(1).map(|c| u32::from(*c)) {
            word |= self.take(1)?;
            if word < first + count {
                let symbol = code.symbols.get((index + word - first) as usize);
                return symbol.copied().ok_or_else(damaged);
            }
            index += count;
            first = (first + count) << 1;
            word <<= 1;
        }
        Err(damaged())
    }

    /// The codes of a block that has its own (RFC 1951, section 3.2.7).
    fn codes(&mut self) -> io::Result<[Huffman; 2]> {
        let literals = self.take(5)? as usize + 257;
        let distances = self.take(5)? as usize + 1;
        let given = self.take(4)? as usize + 4;
        let mut lengths = [0; 19];
        for place in ORDER.into_iter().take(given) {
            let length = self.take(3)? as u8;
            if let Some(place) = lengths.get_mut(place) {
                *place = length;
            }
        }
        let code = Huffman::new(&lengths)?;
        let mut lengths = Vec::new();
        while lengths.len() < literals + distances {
            let (length, times) = match self.decode(&code)? {
                length @ 0..16 => (length as u8, 1),
                16 => (*lengths.last().ok_or_else(damaged)?, 3 + self.take(2)?),
                17 => (0, 3 + self.take(3)?),
                _ => (0, 11 + self.take(7)?),
            };
            lengths.extend(std::iter::repeat_n(length, times as usize));
        }
        let (first, second) = lengths.split_at(literals);
        let second = second.get(..distances).ok_or_else(damaged)?;
        Ok([Huffman::new(first)?, Huffman::new(second)?])
    }

    /// Leaves out a member's header (RFC 1952, section 2.3).
    fn skip_header(&mut self) -> io::Result<()> {
        let mut header = [0; 10];
        for place in &mut header {
            *place = self.byte()?;
        }
        let [0x1f, 0x8b, 8, flags, ..] = header else {
            return Err(damaged());
        };
        if flags & 4 != 0 {
            for _ in 0..self.take(16)? {
                self.byte()?;
            }
        }
        for text in [8, 16] {
            while flags & text != 0 && self.byte()? != 0 {}
        }
        if flags & 2 != 0 {
            self.take(16)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, GzBuilder};
    use proptest::prelude::*;

    use super::*;

    fn is_the_same(content: &[u8], level: u32) {
        let builder = GzBuilder::new().filename("a").comment("b").extra("cd");
        let mut encoder = builder.write(Vec::new(), Compression::new(level));
        encoder.write_all(content).unwrap();
        let packed = encoder.finish().unwrap();
        let mut read = Vec::new();
        Gunzip::new(&*packed).read_to_end(&mut read).unwrap();
        assert!(read == content, "level {level}, {} bytes", content.len());
    }

    #[test]
    fn what_was_compressed_comes_back() {
        let noise = |n: u32| (n.wrapping_mul(2_654_435_761) >> 15) as u8;
        let noise: Vec<u8> = (0..200_000).map(noise).collect();
        let words = b"metadata.json vagrant provider ".repeat(9000);
        for content in [
            &b""[..],
            b"x",
            &[7; 100_000],
            &noise,
            &words,
            &[noise.clone(), words.clone()].concat(),
        ] {
            for level in [0, 1, 6, 9] {
                is_the_same(content, level);
            }
        }
    }

    proptest! {
        #[test]
        fn any_content(content in "[ab]{0,300}.{0,300}", level in 0_u32..10) {
            is_the_same(content.as_bytes(), level);
        }

        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let bytes = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0][..], &bytes].concat();
            let mut read = Vec::new();
            let _ = Gunzip::new(&*bytes).take(1 << 20).read_to_end(&mut read);
        }
    }
}
