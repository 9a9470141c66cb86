//! The headers of a tar: ustar, with pax extended headers where ustar has no room.
//!
//! Formats: POSIX.1-2017, "pax", sections "ustar Interchange Format" and "pax Extended Header".
//!
//! Owner and group are 0 without names for all members: they mean nothing on another machine.

use super::members::{Content, Member};

/// The size of a header block; everything in a tar begins at a multiple of it.
pub(crate) const RECORD: usize = 512;

/// The largest value of an octal field of 12 bytes, 11 digits and a NUL: just below 8 GiB, or the year 2242.
const LARGEST: u64 = 0o77_777_777_777;

/// All header blocks of a member.
pub(crate) fn header(member: &Member) -> Vec<u8> {
    let mut records = String::new();
    let (prefix, name) = place(&member.name).unwrap_or_else(|| {
        records += &record("path", &member.name);
        (String::new(), substitute(&member.name))
    });
    let mode = u64::from(member.permissions);
    let (kind, size) = match member.content {
        Content::Directory => (b'5', 0),
        Content::File { size } => (b'0', size),
    };
    let size = if size > LARGEST {
        records += &record("size", &size.to_string());
        0
    } else {
        size
    };
    let seconds = if member.modified.seconds > LARGEST {
        records += &record("mtime", &member.modified.seconds.to_string());
        0
    } else {
        member.modified.seconds
    };
    let own = Fields {
        prefix: &prefix,
        name: &name,
        mode,
        size,
        seconds,
        kind,
    }
    .header();
    if records.is_empty() {
        return own;
    }
    // The extended header is a member of type x, with the records as its content, right before its member.
    let extended = Fields {
        prefix: "",
        name: &substitute(&format!("PaxHeaders/{name}")),
        mode: 0o644,
        size: records.len() as u64,
        seconds: 0,
        kind: b'x',
    };
    let mut headers = extended.header();
    headers.extend_from_slice(records.as_bytes());
    headers.resize(headers.len().next_multiple_of(RECORD), 0);
    headers.extend(own);
    headers
}

const NAME: usize = 100;
const PREFIX: usize = 155;

/// The prefix and name fields for a name; none when it is too long to be split between them, or not ASCII (what the
/// bytes of an ustar name mean beyond ASCII is up to the reader).
fn place(name: &str) -> Option<(String, String)> {
    if !name.is_ascii() {
        return None;
    }
    if name.len() <= NAME {
        return Some((String::new(), name.to_owned()));
    }
    let fits = |(prefix, rest): &(&str, &str)| {
        prefix.len() <= PREFIX && rest.len() <= NAME && !rest.is_empty()
    };
    name.match_indices('/')
        .filter_map(|(at, _)| Some((name.get(..at)?, name.get(at + 1..)?)))
        .find(fits)
        .map(|(prefix, rest)| (prefix.to_owned(), rest.to_owned()))
}

/// What a reader that does not know pax headers gets to see.
fn substitute(name: &str) -> String {
    name.chars()
        .map(|char| if char.is_ascii() { char } else { '_' })
        .take(NAME)
        .collect()
}

/// A record of an extended header: "%d %s=%s\n", where the number is the length of the whole record, itself included.
fn record(key: &str, value: &str) -> String {
    let rest = format!(" {key}={value}\n");
    let mut length = rest.len();
    while length != rest.len() + length.to_string().len() {
        length = rest.len() + length.to_string().len();
    }
    format!("{length}{rest}")
}

struct Fields<'a> {
    prefix: &'a str,
    name: &'a str,
    mode: u64,
    size: u64,
    seconds: u64,
    kind: u8,
}

impl Fields<'_> {
    /// The block of 512 bytes: the fields of the table "ustar Header Block", in its order.
    fn header(&self) -> Vec<u8> {
        // "chksum […] the sum of all bytes of the header block, with the field itself taken for spaces".
        let sum = self
            .with_checksum("        ")
            .iter()
            .map(|&byte| u64::from(byte))
            .sum();
        self.with_checksum(&format!("{}\0 ", octal(sum, 6)))
    }

    fn with_checksum(&self, checksum: &str) -> Vec<u8> {
        let fields = [
            (NAME, self.name),
            (8, &octal(self.mode, 7)),
            (8, &octal(0, 7)), // uid
            (8, &octal(0, 7)), // gid
            (12, &octal(self.size, 11)),
            (12, &octal(self.seconds, 11)),
            (8, checksum),
            (1, &char::from(self.kind).to_string()),
            (100, ""), // linkname
            (6, "ustar"),
            (2, "00"),
            (32, ""),          // uname
            (32, ""),          // gname
            (8, &octal(0, 7)), // devmajor
            (8, &octal(0, 7)), // devminor
            (PREFIX, self.prefix),
        ];
        let mut block = Vec::with_capacity(RECORD);
        for (width, text) in fields {
            let end = block.len() + width;
            block.extend(text.bytes().take(width));
            block.resize(end, 0);
        }
        block.resize(RECORD, 0);
        block
    }
}

fn octal(number: u64, digits: usize) -> String {
    format!("{number:0digits$o}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packing::Time;

    fn member(name: &str, size: u64, seconds: u64) -> Member {
        let content = match name.ends_with('/') {
            true => Content::Directory,
            false => Content::File { size },
        };
        Member {
            name: name.to_owned(),
            path: String::new(),
            permissions: if name.ends_with('/') { 0o755 } else { 0o644 },
            modified: Time {
                seconds,
                nanoseconds: 5,
            },
            content,
        }
    }

    /// An independent writer of ustar headers, checksum field apart (there are two customs of ending it).
    fn of_tar_crate(
        name: &str,
        kind: tar::EntryType,
        mode: u32,
        size: u64,
        seconds: u64,
    ) -> tar::Header {
        let mut header = tar::Header::new_ustar();
        header.set_path(name).unwrap();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_size(size);
        header.set_mtime(seconds);
        header.set_uid(0);
        header.set_gid(0);
        header.set_device_major(0).unwrap();
        header.set_device_minor(0).unwrap();
        header.set_cksum();
        header
    }

    #[test]
    fn ustar_headers_are_those_of_another_writer() {
        let long = format!("{}/{}", "d".repeat(120), "f".repeat(100));
        for (name, size) in [("disk.img", 18), ("x/", 0), (&long, LARGEST)] {
            let (kind, mode) = match name.ends_with('/') {
                true => (tar::EntryType::Directory, 0o755),
                false => (tar::EntryType::Regular, 0o644),
            };
            let theirs = of_tar_crate(name, kind, mode, size, 1_500_000_000);
            let ours = header(&member(name, size, 1_500_000_000));
            assert_eq!(ours.len(), RECORD);
            assert_eq!(ours[..148], theirs.as_bytes()[..148], "{name}");
            assert_eq!(ours[156..], theirs.as_bytes()[156..], "{name}");
            let parsed = tar::Header::from_byte_slice(&ours);
            assert_eq!(parsed.cksum().unwrap(), theirs.cksum().unwrap(), "{name}");
        }
    }

    #[test]
    fn names_are_split_only_at_a_slash() {
        let split = |name: &str| place(name).map(|(prefix, name)| (prefix.len(), name.len()));
        assert_eq!(split(&"n".repeat(100)), Some((0, 100)));
        assert_eq!(split(&"n".repeat(101)), None);
        assert_eq!(
            split(&format!("{}/{}", "p".repeat(155), "n".repeat(100))),
            Some((155, 100))
        );
        assert_eq!(
            split(&format!("{}/{}", "p".repeat(156), "n".repeat(99))),
            None
        );
        assert_eq!(
            split(&format!("{}/{}", "p".repeat(20), "n".repeat(101))),
            None
        );
        assert_eq!(
            split(&format!("a/{}/{}", "p".repeat(60), "n".repeat(60))),
            Some((62, 60))
        );
        // The slash at the end of a directory's name is no place to split it: the name would be empty.
        assert_eq!(split(&format!("{}/", "d".repeat(100))), None);
        assert_eq!(split("é"), None);
    }

    #[test]
    fn the_length_of_a_record_counts_itself() {
        assert_eq!(record("size", "1"), "9 size=1\n");
        assert_eq!(record("size", "12"), "11 size=12\n");
        assert_eq!(record("path", "é"), "11 path=é\n");
        for length in 0..2000 {
            let record = record("path", &"v".repeat(length));
            let (stated, _) = record.split_once(' ').unwrap();
            assert_eq!(stated, record.len().to_string());
        }
    }

    #[test]
    fn what_has_no_room_gets_an_extended_header() {
        let long = "n".repeat(150);
        for (member, records) in [
            (member("é", 0, 0), "11 path=é\n".to_owned()),
            (member(&long, 0, 0), record("path", &long)),
            (
                member("a", LARGEST + 1, 0),
                "19 size=8589934592\n".to_owned(),
            ),
            (member("a", 0, 1 << 33), "20 mtime=8589934592\n".to_owned()),
            (member("é", u64::MAX, 1 << 40), {
                "11 path=é\n29 size=18446744073709551615\n23 mtime=1099511627776\n".to_owned()
            }),
        ] {
            let headers = header(&member);
            assert_eq!(headers.len(), 3 * RECORD);
            let extended = tar::Header::from_byte_slice(&headers[..RECORD]);
            assert_eq!(extended.entry_type(), tar::EntryType::XHeader);
            assert_eq!(extended.size().unwrap(), records.len() as u64);
            assert_eq!(&headers[RECORD..][..records.len()], records.as_bytes());
            assert!(
                headers[RECORD + records.len()..2 * RECORD]
                    .iter()
                    .all(|&byte| byte == 0)
            );
        }
    }
}
