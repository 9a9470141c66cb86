//! HTTP: what a host has to bring along for it, and a client: on reqwest, or in a composed program on
//! what its runtime has.

#[cfg(not(target_family = "wasm"))]
mod body;
#[cfg(not(target_family = "wasm"))]
mod progress;
mod reader;
#[cfg(not(target_family = "wasm"))]
mod reqwest_client;
#[cfg(not(target_family = "wasm"))]
mod saving;
#[cfg(not(target_family = "wasm"))]
mod tls;
#[cfg(not(target_family = "wasm"))]
mod transport_error;
#[cfg(target_family = "wasm")]
mod wasi_client;

use crate::contract::{Request, Response, TransportError};
use crate::observer::Observer;
use crate::storage::Storage;
#[cfg(not(target_family = "wasm"))]
pub use reqwest_client::ReqwestClient;
#[cfg(target_family = "wasm")]
pub use wasi_client::WasiClient;

/// Sends the requests that the component asks for.
///
/// What a request demands is in its type's documentation (`wit/http.wit`), in short: exactly these
/// headers, exactly these bytes, no redirects, its time-outs and no others.
pub trait HttpClient: Sync {
    /// Sends one request and waits for its answer. Dropping the future gives it up. `storage` has the
    /// [archive](Storage::archive) that may be sent, and the [file](Storage::download) that the body of
    /// the answer may go into.
    fn send(
        &self,
        request: &Request,
        storage: &mut Storage,
        observer: &dyn Observer,
    ) -> impl Future<Output = Result<Response, TransportError>> + Send;
}
