//! Lists that grow: told a page at a time, `next` being what the next page is asked with, or null.

use super::error::ApiError;
use crate::{number, slug::Segment};

/// How many entries are on a page.
const PAGE: usize = 100;

/// How many are looked for: one more tells whether there is another page.
pub(super) const WANTED: i64 = PAGE as i64 + 1;

/// The page of what was found, and the name of its last entry if there are more.
pub(super) fn page<T, K>(mut found: Vec<T>, name: impl Fn(&T) -> K) -> (Vec<T>, Option<K>) {
    let has_more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| has_more).map(name);
    (found, next)
}

/// `?before=`: the number before which the page is, if it is not the first one.
pub(super) fn before(query: Option<&str>) -> Result<Option<i64>, ApiError> {
    let Some(before) = parameter(query, "before") else {
        return Ok(None);
    };
    let before = number::parse(&before);
    let before = before.ok_or_else(|| ApiError::invalid("before must be a number"))?;
    Ok(Some(before))
}

/// `?organisation=`: whose entries are asked for.
pub(super) fn organisation(query: Option<&str>) -> Result<Option<Segment>, ApiError> {
    parameter(query, "organisation")
        .map(|name| Segment::parse("Organisation", &name))
        .transpose()
        .map_err(ApiError::invalid)
}

/// A parameter of the query.
pub(super) fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let mut parameters = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let (_, value) = parameters.find(|(key, _)| key == name)?;
    Some(value.into_owned())
}
