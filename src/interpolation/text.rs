//! Text as Go has it: bytes that are read as UTF-8, one rune at a time.

/// The runes of `bytes`, each with its width in bytes; `None` for each byte that is not UTF-8.
pub(super) fn runes(bytes: &[u8]) -> impl Iterator<Item = (Option<char>, &[u8])> {
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
pub(super) fn to_string(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        let runes = runes(error.as_bytes()).map(|(rune, _)| rune);
        runes.map(|rune| rune.unwrap_or('\u{fffd}')).collect()
    })
}

/// `bytes` in capital letters, as Go's `strings.ToUpper` has it.
pub(super) fn upper(bytes: &[u8]) -> Vec<u8> {
    map(bytes, |c| match single(c, c.to_uppercase()) {
        Some(upper) => upper,
        // Go maps one character to one. With an iota below, that is the letter that titles have;
        // Unicode's full mapping gives two letters.
        None => match u32::from(c) {
            code @ 0x1f80..=0x1faf if code & 8 == 0 => char::from_u32(code + 8).unwrap_or(c),
            code @ (0x1fb3 | 0x1fc3 | 0x1ff3) => char::from_u32(code + 9).unwrap_or(c),
            _ => c,
        },
    })
}

/// `bytes` in small letters, as Go's `strings.ToLower` has it.
pub(super) fn lower(bytes: &[u8]) -> Vec<u8> {
    map(bytes, |c| match c {
        // Unicode's full mapping keeps the dot as a character of its own.
        '\u{130}' => 'i',
        _ => single(c, c.to_lowercase()).unwrap_or(c),
    })
}

fn map(bytes: &[u8], change: fn(char) -> char) -> Vec<u8> {
    let mut changed = String::with_capacity(bytes.len());
    for (rune, _) in runes(bytes) {
        changed.push(rune.map_or('\u{fffd}', change));
    }
    changed.into_bytes()
}

/// The one character of `mapped`; `None` if there are more.
fn single(c: char, mut mapped: impl Iterator<Item = char>) -> Option<char> {
    let first = mapped.next().unwrap_or(c);
    mapped.next().is_none().then_some(first)
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
