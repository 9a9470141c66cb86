//! Text as Go has it: bytes that are read as UTF-8, one rune at a time.

/// The runes of `bytes`, each with its width in bytes; `None` for each byte that is not UTF-8.
pub fn runes(bytes: &[u8]) -> impl Iterator<Item = (Option<char>, &[u8])> {
    bytes.utf8_chunks().flat_map(|chunk| {
        let text = chunk.valid();
        let valid = text.char_indices().map(move |(at, c)| {
            let rune = text.as_bytes().get(at..at + c.len_utf8());
            (Some(c), rune.unwrap_or_default())
        });
        valid.chain(chunk.invalid().chunks(1).map(|byte| (None, byte)))
    })
}

/// How many runes `bytes` has; a byte that is not UTF-8 counts as one.
pub(super) fn rune_count(bytes: &[u8]) -> usize {
    bytes
        .utf8_chunks()
        .map(|chunk| chunk.valid().chars().count() + chunk.invalid().len())
        .sum()
}

/// The first `count` runes of `bytes`.
pub(super) fn first_runes(bytes: &[u8], count: usize) -> &[u8] {
    if bytes.len() <= count {
        return bytes;
    }
    let length = runes(bytes).take(count).map(|(_, rune)| rune.len()).sum();
    bytes.get(..length).unwrap_or(bytes)
}

/// The text in `bytes`, with U+FFFD for each byte that is not UTF-8, as Go's `encoding/json` writes
/// it.
pub fn to_string(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        let runes = runes(error.as_bytes()).map(|(rune, _)| rune);
        runes.map(|rune| rune.unwrap_or('\u{fffd}')).collect()
    })
}

/// Whether Go's `unicode.IsPrint` holds for `c`: letters, marks, numbers, punctuation, symbols and
/// the ASCII space.
pub(super) fn is_printable(c: char) -> bool {
    match c {
        ' '..='~' => true,
        '\0'..='\x7f' => false,
        _ => {
            // Rust escapes the same characters when it debugs a string; the letter in front keeps
            // it from escaping marks, which it does at the start.
            let mut text = [b'a'; 5];
            let (_, after) = text.split_at_mut(1);
            let length = c.encode_utf8(after).len() + 1;
            let shown = text.get(..length).map(std::str::from_utf8);
            matches!(shown, Some(Ok(text)) if text.escape_debug().nth(1) == Some(c))
        }
    }
}
