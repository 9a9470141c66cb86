//! `Range`, `If-Range` and `If-None-Match`: which part of a file is asked for, if any (RFC 9110, sections
//! 13.1.2, 13.1.5 and 14.2).

use std::ops::Range;

use axum::http::{
    HeaderMap,
    header::{IF_NONE_MATCH, IF_RANGE, RANGE},
};
use utoipa::{
    IntoParams, PartialSchema,
    openapi::{
        Required,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

/// These headers, for the description.
pub(super) struct RangeHeaders;

impl IntoParams for RangeHeaders {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let header = |name, description| {
            let header = ParameterBuilder::new().name(name);
            // Only what is in no path can be left out: where it is must be said before.
            let header = header.parameter_in(ParameterIn::Header);
            let header = header.required(Required::False);
            let header = header.schema(Some(Option::<String>::schema()));
            header.description(Some(description)).build()
        };
        vec![
            header("Range", "Which part, such as `bytes=100-`"),
            header("If-Range", "The entity tag of which the part is to be"),
            header("If-None-Match", "The entity tag that is known"),
        ]
    }
}

/// What a request asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Everything: there is no `Range`, or one that a server is free to ignore and this one does
    /// not read, such as one of several parts.
    Whole,
    /// These bytes, at least one.
    Range(Range<u64>),
    /// Bytes behind the end.
    Unsatisfiable,
}

/// Reads what a GET asks for of a file of this size and entity tag.
pub(super) fn wanted(headers: &HeaderMap, size: u64, etag: &str) -> Part {
    // A date is never the tag: this server tells none.
    if headers.get(IF_RANGE).is_some_and(|tag| tag != etag) {
        return Part::Whole;
    }
    let range = headers.get(RANGE).and_then(|range| range.to_str().ok());
    range
        .and_then(|range| parse(range, size))
        .unwrap_or(Part::Whole)
}

/// Whether the client has the file of this entity tag already.
pub(super) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get_all(IF_NONE_MATCH).iter();
    known
        .filter_map(|tags| tags.to_str().ok())
        .flat_map(|tags| tags.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

fn parse(range: &str, size: u64) -> Option<Part> {
    let (unit, range) = range.split_once('=')?;
    let (first, last) = range.trim().split_once('-')?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (start, end) = match (first, last) {
        ("", suffix) => (size.saturating_sub(number(suffix)?), size),
        (first, "") => (number(first)?, size),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return None;
            }
            (first, size.min(last.saturating_add(1)))
        }
    };
    Some(if start < end {
        Part::Range(start..end)
    } else {
        Part::Unsatisfiable
    })
}

/// Digits only; a position that no file reaches is as good as the largest.
fn number(digits: &str) -> Option<u64> {
    let only_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    only_digits.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_part_is_read_and_the_rest_is_ignored() {
        for (range, wanted) in [
            ("bytes=0-0", Part::Range(0..1)),
            ("Bytes=2-", Part::Range(2..10)),
            ("bytes=-3", Part::Range(7..10)),
            ("bytes=-11", Part::Range(0..10)),
            ("bytes=9-99999999999999999999", Part::Range(9..10)),
            ("bytes=10-", Part::Unsatisfiable),
            ("bytes=10-12", Part::Unsatisfiable),
            ("bytes=-0", Part::Unsatisfiable),
            ("bytes=3-2", Part::Whole),
            ("bytes=0-1,3-4", Part::Whole),
            ("bytes=-", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("lines=0-1", Part::Whole),
            ("bytes", Part::Whole),
        ] {
            let headers = [(RANGE, range.parse().unwrap())].into_iter().collect();
            assert_eq!(super::wanted(&headers, 10, "\"x\""), wanted, "{range}");
        }
    }

    #[test]
    fn nothing_of_an_empty_file_is_a_part() {
        for range in ["bytes=0-", "bytes=-1"] {
            let headers = [(RANGE, range.parse().unwrap())].into_iter().collect();
            assert_eq!(wanted(&headers, 0, "\"x\""), Part::Unsatisfiable);
        }
    }
}
