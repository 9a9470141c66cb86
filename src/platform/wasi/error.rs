//! What `wasi:filesystem` says went wrong, in the words and with the numbers of WASI's C library: people find
//! these when they search for them.

use std::io::{self, ErrorKind};

use ::wasi::filesystem::types::ErrorCode;

/// The error of a call as the standard library would have it.
pub(super) fn error(code: ErrorCode) -> io::Error {
    let (kind, text) = match code {
        ErrorCode::NoEntry => return ErrorKind::NotFound.into(),
        ErrorCode::Interrupted => return ErrorKind::Interrupted.into(),
        ErrorCode::Access => (
            ErrorKind::PermissionDenied,
            "Permission denied (os error 2)",
        ),
        ErrorCode::NotPermitted => (
            ErrorKind::PermissionDenied,
            "Operation not permitted (os error 63)",
        ),
        ErrorCode::BadDescriptor => (ErrorKind::Other, "Bad file descriptor (os error 8)"),
        ErrorCode::Busy => (ErrorKind::Other, "Resource busy (os error 10)"),
        ErrorCode::IllegalByteSequence => (ErrorKind::Other, "Illegal byte sequence (os error 25)"),
        ErrorCode::Io => (ErrorKind::Other, "I/O error (os error 29)"),
        ErrorCode::IsDirectory => (ErrorKind::Other, "Is a directory (os error 31)"),
        ErrorCode::Loop => (ErrorKind::Other, "Symbolic link loop (os error 32)"),
        ErrorCode::NameTooLong => (ErrorKind::Other, "Filename too long (os error 37)"),
        ErrorCode::NotDirectory => (ErrorKind::Other, "Not a directory (os error 54)"),
        other => (ErrorKind::Other, other.name()),
    };
    io::Error::new(kind, text)
}
