//! What a host brings along to publish: something that sends HTTP requests, and someone who watches.

use std::time::Duration;

use crate::contract::{Pause, Request, Response, TransportError};
use crate::packing::Packed;

/// Sends the requests that the component asks for.
///
/// What a request demands is in its type's documentation (`wit/publishing.wit`), in short: exactly
/// these headers, no redirects, no time-out but that of a standstill.
pub trait HttpClient: Sync {
    /// Sends one request and waits for its answer. Dropping the future gives it up. `archive` is
    /// what [`Body::Archive`](crate::Body::Archive) stands for, to be sent from its start.
    fn send(
        &self,
        request: &Request,
        archive: Option<&Packed>,
        observer: &dyn Observer,
    ) -> impl Future<Output = Result<Response, TransportError>> + Send;
}

/// Watches a publication, to show it to people. Every method does nothing unless written.
pub trait Observer: Sync {
    /// A request is about to be sent.
    fn sending(&self, _request: &Request) {}

    /// A request failed, and is sent again after this pause.
    fn waiting(&self, _pause: &Pause) {}

    /// So many bytes of a file are sent, of so many.
    fn sent(&self, _bytes: u64, _of: u64) {}

    /// The archive of these files is about to be made.
    fn packing(&self, _files: &[String]) {}

    /// So many bytes of the artifact's files are packed, of so many.
    fn packed(&self, _bytes: u64, _of: u64) {}

    /// A request was answered, or not.
    fn answered(
        &self,
        _request: &Request,
        _outcome: Result<&Response, &TransportError>,
        _took: Duration,
    ) {
    }
}

/// The observer that shows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {}
