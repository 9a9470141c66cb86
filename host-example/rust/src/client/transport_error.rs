//! What went wrong, in the contract's words.
//!
//! No text names the URL: it can be a secret, and people are told what the request was for.

use std::error::Error;
use std::io::{self, ErrorKind};

use super::body::Unreadable;
use crate::contract::TransportError;

/// Sorts one of reqwest's errors by what lies at its root.
pub(super) fn classify(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    if let Some(unreadable) = find::<Unreadable>(&error) {
        return TransportError::BodyUnreadable(unreadable.0.clone());
    }
    if error.is_dns() {
        return TransportError::Dns;
    }
    if let Some(tls) = find::<rustls::Error>(&error) {
        return TransportError::Tls(tls.to_string());
    }
    if error.is_timeout() {
        return TransportError::Timeout;
    }
    match find::<io::Error>(&error).map(io::Error::kind) {
        Some(ErrorKind::ConnectionRefused) => return TransportError::Refused,
        Some(ErrorKind::TimedOut) => return TransportError::Timeout,
        Some(
            ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::NotConnected
            | ErrorKind::UnexpectedEof,
        ) => return TransportError::Interrupted,
        _ => {}
    }
    match find::<hyper::Error>(&error) {
        Some(hyper)
            if hyper.is_incomplete_message() || hyper.is_closed() || hyper.is_canceled() =>
        {
            TransportError::Interrupted
        }
        _ => TransportError::Other(text(&error)),
    }
}

/// The whole story of an error, from what failed to why.
pub(super) fn text(error: &(dyn Error + 'static)) -> String {
    let mut text = String::new();
    for part in chain(error).map(ToString::to_string) {
        // Some errors repeat their source.
        if !text.ends_with(&part) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&part);
        }
    }
    text
}

/// The innermost error of that type.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    chain(error)
        .filter_map(|part| part.downcast_ref::<T>())
        .last()
}

/// An error and all that it goes back to. An `io::Error` hides its cause from `source`: rustls's
/// errors come in one.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |part: &&'a (dyn Error + 'static)| {
        let part: &'a (dyn Error + 'static) = *part;
        match part
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(hidden) => Some(hidden),
            None => part.source(),
        }
    })
}
