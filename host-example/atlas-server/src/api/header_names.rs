//! The names of headers that the `http` crate has no names for, where more than one file needs them.

use axum::http::HeaderName;

/// The header that tells a file's digest (RFC 9530).
pub(super) const REPR_DIGEST: HeaderName = HeaderName::from_static("repr-digest");

/// The whole length of a resumable upload.
pub(super) const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");

/// Where a resumable upload goes on.
pub(super) const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
