//! A short text that stands for the state of the files.
//!
//! It is FNV-1a of 128 bits (<http://www.isthe.com/chongo/tech/comp/fnv/>): it finds accidents, which is all that it is
//! for; whoever can write the files can also write them back with their old times.

use super::files::Time;
use super::members::{Content, Member};

const OFFSET_BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

struct Fnv(u128);

impl Fnv {
    fn new() -> Self {
        Self(OFFSET_BASIS)
    }

    fn add(mut self, bytes: &[u8]) -> Self {
        for &byte in bytes {
            self.0 = (self.0 ^ u128::from(byte)).wrapping_mul(PRIME);
        }
        self
    }

    /// Names go in with their length, or `ab` and `c` would look like `a` and `bc`.
    fn add_file(self, name: &str, size: u64, modified: Time) -> Self {
        self.add(&(name.len() as u64).to_le_bytes())
            .add(name.as_bytes())
            .add(&size.to_le_bytes())
            .add(&modified.seconds.to_le_bytes())
            .add(&modified.nanoseconds.to_le_bytes())
    }

    fn text(self) -> String {
        format!("{:032x}", self.0)
    }
}

/// The fingerprint of an archive's members.
pub(crate) fn of_members(members: &[Member]) -> String {
    let add = |hash: Fnv, member: &Member| match member.content {
        Content::Directory => hash.add_file(&member.name, 0, member.modified),
        Content::File { size } => hash.add_file(&member.name, size, member.modified),
    };
    members.iter().fold(Fnv::new(), add).text()
}

/// The fingerprint of a file that is uploaded as it is.
pub(crate) fn of_file(path: &str, size: u64, modified: Time) -> String {
    Fnv::new()
        .add(b"as it is")
        .add_file(path, size, modified)
        .text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_fnv_1a() {
        // From the test vectors of the hash's authors.
        assert_eq!(Fnv::new().text(), "6c62272e07bb014262b821756295c58d");
        assert_eq!(
            Fnv::new().add(b"a").text(),
            "d228cb696f1a8caf78912b704e4a8964"
        );
        assert_eq!(
            Fnv::new().add(b"foobar").text(),
            "343e1662793c64bf6f0d3597ba446f18"
        );
    }

    #[test]
    fn each_property_of_a_file_counts() {
        let time = |seconds, nanoseconds| Time {
            seconds,
            nanoseconds,
        };
        let file = |name: &str, size, modified| Member {
            name: name.to_owned(),
            modified,
            path: "/anywhere".to_owned(),
            permissions: 0o644,
            content: Content::File { size },
        };
        let all = [
            vec![],
            vec![file("a", 1, time(1, 1))],
            vec![file("b", 1, time(1, 1))],
            vec![file("a", 2, time(1, 1))],
            vec![file("a", 1, time(2, 1))],
            vec![file("a", 1, time(1, 2))],
            vec![file("a", 1, time(1, 1)), file("b", 1, time(1, 1))],
        ];
        let fingerprints: std::collections::HashSet<String> =
            all.iter().map(|members| of_members(members)).collect();
        assert_eq!(fingerprints.len(), all.len());
        assert!(!fingerprints.contains(&of_file("a", 1, time(1, 1))));
    }
}
