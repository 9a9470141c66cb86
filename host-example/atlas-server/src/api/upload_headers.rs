//! The headers of resumable uploads: structured fields (RFC 9651), of which one that cannot be read
//! counts as missing.

use axum::http::{
    HeaderMap, HeaderName,
    header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING},
};

use super::{
    error::ApiError,
    header_names::{UPLOAD_LENGTH, UPLOAD_OFFSET},
    problem::Problem,
    registry::Registry,
};
use crate::number;

const UPLOAD_COMPLETE: HeaderName = HeaderName::from_static("upload-complete");
const UPLOAD_LIMIT: HeaderName = HeaderName::from_static("upload-limit");

/// The type of a piece.
const PARTIAL_UPLOAD: &str = "application/partial-upload";

/// `Upload-Complete`, if it is there and can be read.
pub(super) fn upload_complete(headers: &HeaderMap) -> Option<bool> {
    match item(headers, UPLOAD_COMPLETE)? {
        "?0" => Some(false),
        "?1" => Some(true),
        _ => None,
    }
}

/// What a PATCH says of its piece.
pub(super) struct Piece {
    pub(super) offset: u64,
    pub(super) size: u64,
    pub(super) is_last: bool,
    length: Option<u64>,
}

impl Piece {
    pub(super) fn read(headers: &HeaderMap) -> Result<Self, ApiError> {
        let content_type = item(headers, CONTENT_TYPE);
        if !content_type.is_some_and(|kind| kind.eq_ignore_ascii_case(PARTIAL_UPLOAD)) {
            return Err(ApiError::UnsupportedType(PARTIAL_UPLOAD));
        }
        let missing = |what| ApiError::Malformed(format!("{what} is missing or cannot be read"));
        Ok(Self {
            size: piece_size(headers)?,
            offset: integer(headers, UPLOAD_OFFSET).ok_or_else(|| missing("Upload-Offset"))?,
            is_last: upload_complete(headers).ok_or_else(|| missing("Upload-Complete"))?,
            length: integer(headers, UPLOAD_LENGTH),
        })
    }

    /// The length of the whole, as far as it is known, if nothing speaks against it.
    pub(super) fn whole_length(&self, known: Option<u64>) -> Result<Option<u64>, Problem> {
        let end = self.offset.checked_add(self.size);
        let end = end.ok_or(Problem::InconsistentLength)?;
        let mut lengths = [known, self.length, self.is_last.then_some(end)]
            .into_iter()
            .flatten();
        let length = lengths.next();
        let agree = lengths.all(|other| Some(other) == length);
        if agree && length.is_none_or(|length| end <= length) {
            Ok(length)
        } else {
            Err(Problem::InconsistentLength)
        }
    }
}

/// What every answer tells of an upload.
pub(super) fn state(complete: bool, offset: u64) -> [(HeaderName, String); 2] {
    let complete = if complete { "?1" } else { "?0" };
    [
        (UPLOAD_COMPLETE, complete.to_owned()),
        (UPLOAD_OFFSET, offset.to_string()),
    ]
}

/// How long an upload is kept from now on.
pub(super) fn limit(app: &Registry) -> [(HeaderName, String); 1] {
    let seconds = app.upload_lifetime.as_secs();
    [(UPLOAD_LIMIT, format!("max-age={seconds}"))]
}

/// A header's value without parameters.
fn item(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or_default().trim())
}

/// `Content-Length`, if it is there.
pub(super) fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The size of a request's body, which is empty where nothing else is said.
pub(super) fn piece_size(headers: &HeaderMap) -> Result<u64, ApiError> {
    match content_length(headers) {
        Some(size) => Ok(size),
        None if headers.contains_key(TRANSFER_ENCODING) => Err(ApiError::LengthRequired),
        None => Ok(0),
    }
}

/// A header that is a number.
pub(super) fn integer(headers: &HeaderMap, name: HeaderName) -> Option<u64> {
    item(headers, name).and_then(number::parse)
}
