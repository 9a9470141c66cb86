//! The version of a box, as Vagrant reads and compares it: like that of a Ruby gem (`Gem::Version`).

use std::{cmp::Ordering, iter};

/// A version that Vagrant can read.
#[derive(Debug, Clone)]
pub(crate) struct BoxNumber {
    text: String,
    parts: Vec<Part>,
}

/// What is compared: whatever has letters comes before all numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Letters(String),
    /// Without zeros in front: the more digits there are, the larger it is.
    Number {
        length: usize,
        digits: String,
    },
}

/// What stands where a version has ended: `1` is `1.0.0`.
static ZERO: Part = Part::Number {
    length: 0,
    digits: String::new(),
};

impl BoxNumber {
    /// Reads one. Vagrant refuses the whole catalogue if it cannot read one of its versions.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (release, suffix) = match text.split_once('-') {
            Some((release, suffix)) => (release, Some(suffix)),
            None => (text, None),
        };
        let first = release.split('.').next()?;
        let is_right = first.bytes().all(|byte| byte.is_ascii_digit())
            && is_dotted(release, u8::is_ascii_alphanumeric)
            && suffix.is_none_or(|suffix| {
                is_dotted(suffix, |byte| byte.is_ascii_alphanumeric() || *byte == b'-')
            });
        is_right.then(|| Self::of(text))
    }

    /// The one of a version that has none of its own.
    pub(crate) fn from_version(number: i64) -> Self {
        Self::of(&format!("0.{number}.0"))
    }

    /// As it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    fn of(text: &str) -> Self {
        let comparable = text.replace('-', ".pre.");
        let mut parts: Vec<_> = comparable
            .as_bytes()
            .chunk_by(|a, b| Kind::of(*a) == Kind::of(*b))
            .filter_map(Part::of)
            .collect();
        // `1.0.a` is `1.a`; behind letters, zeros count.
        let is_number = |part: &Part| matches!(part, Part::Number { .. });
        let numbers = parts.iter().take_while(|part| is_number(part)).count();
        let letters = parts.split_off(numbers);
        while parts.pop_if(|part| *part == ZERO).is_some() {}
        parts.extend(letters);
        Self {
            text: text.to_owned(),
            parts,
        }
    }
}

/// Whether there is something between the dots everywhere, of such bytes alone.
fn is_dotted(text: &str, may_be: impl Fn(&u8) -> bool) -> bool {
    let mut words = text.split('.').map(str::as_bytes);
    words.all(|word| !word.is_empty() && word.iter().all(&may_be))
}

/// What a byte of a version is.
#[derive(PartialEq, Eq)]
enum Kind {
    Digit,
    Letter,
    Separator,
}

impl Kind {
    fn of(byte: u8) -> Self {
        match byte {
            b'0'..=b'9' => Self::Digit,
            b'a'..=b'z' | b'A'..=b'Z' => Self::Letter,
            _ => Self::Separator,
        }
    }
}

impl Part {
    /// A run of bytes of one kind; separators are no part.
    fn of(run: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(run).ok()?;
        match Kind::of(*run.first()?) {
            Kind::Digit => {
                let digits = text.trim_start_matches('0').to_owned();
                let length = digits.len();
                Some(Self::Number { length, digits })
            }
            Kind::Letter => Some(Self::Letters(text.to_owned())),
            Kind::Separator => None,
        }
    }
}

impl Ord for BoxNumber {
    fn cmp(&self, other: &Self) -> Ordering {
        let length = self.parts.len().max(other.parts.len());
        let [own, others] =
            [self, other].map(|it| it.parts.iter().chain(iter::repeat(&ZERO)).take(length));
        own.cmp(others)
    }
}

impl PartialOrd for BoxNumber {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for BoxNumber {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for BoxNumber {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Told by `Gem::Version.correct?`, but that it takes the empty text for 0.
    #[test]
    fn what_vagrant_reads_is_a_version() {
        for text in [
            "0",
            "1.2.3",
            " 1.2 ",
            "1.a",
            "1.2.3.rc1",
            "1.2-rc.1",
            "1.0-a--b.-",
            "01.002",
            "1.2b",
        ] {
            let number = BoxNumber::parse(text).unwrap();
            assert_eq!(number.as_str(), text.trim());
        }
        for text in [
            "", " ", "v1.2.3", "latest", "1.", ".1", "1..2", "1.2+3", "1.2_3", "1 2", "1.2-",
            "1-a.", "-1", "1,2", "1.é", "a.1", "1a.2", "١.2",
        ] {
            assert!(BoxNumber::parse(text).is_none(), "{text:?}");
        }
    }

    /// Each is less than the next one, told by `Gem::Version#<=>`.
    #[test]
    fn versions_are_ordered_as_vagrant_does_it() {
        let ordered = [
            "0.a",
            "0",
            "0.9.0",
            "0.10.0",
            "1.a",
            "1.a.2",
            "1.b",
            "1.0-rc1",
            "1.0-rc2",
            "1",
            "1.0.0.1",
            "1.2.3.beta",
            "1.2.3",
            "1.10",
            "2.99999999999999999999",
            "2.100000000000000000000",
            "10",
        ];
        let numbers = ordered.map(|text| BoxNumber::parse(text).unwrap());
        for (at, less) in numbers.iter().enumerate() {
            for more in &numbers[at + 1..] {
                assert!(less < more, "{less:?} {more:?}");
            }
        }
    }

    #[test]
    fn the_same_version_can_be_written_differently() {
        for (one, other) in [
            ("1", "1.0.0"),
            ("01.2", "1.2"),
            ("1.0.a", "1.a"),
            ("1-a", "1.pre.a"),
            ("1.a.0", "1.a"),
            ("1.0.b2", "1.b.2"),
        ] {
            let [one, other] = [one, other].map(|text| BoxNumber::parse(text).unwrap());
            assert_eq!(one, other);
        }
        assert_eq!(BoxNumber::from_version(7), BoxNumber::parse("0.7").unwrap());
    }
}
