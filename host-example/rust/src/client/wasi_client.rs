//! A client on `wasi:http`, for one thread.

mod receiving;
mod sending;
mod transport_error;
mod watch;

use url::{Position, Url};
use wasi::http::outgoing_handler::handle;
use wasi::http::types::{self as http, Fields, OutgoingRequest, RequestOptions, Scheme};

use super::HttpClient;
use super::reader::{Digest, Reader};
use crate::contract::{Body, Method, Request, Response, TransportError};
use crate::observer::{Observer, Silent};
use crate::storage::Storage;
use receiving::{Incoming, Saving};
use sending::Sending;
use transport_error::classify;
use watch::Watch;

/// Sends requests through the runtime's `wasi:http`: certificates, proxies and names are the runtime's.
#[derive(Default)]
pub struct WasiClient(());

impl WasiClient {
    /// A client.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends a request as [`send`](HttpClient::send) does, but with the method DELETE, which the component does not use.
    pub async fn delete(&self, request: &Request) -> Result<Response, TransportError> {
        send(
            &http::Method::Delete,
            request,
            &mut Storage::default(),
            &Silent,
        )
        .await
    }
}

impl HttpClient for WasiClient {
    async fn send(
        &self,
        request: &Request,
        storage: &mut Storage,
        observer: &dyn Observer,
    ) -> Result<Response, TransportError> {
        let method = match request.method {
            Method::Get => http::Method::Get,
            Method::Head => http::Method::Head,
            Method::Patch => http::Method::Patch,
            Method::Post => http::Method::Post,
            Method::Put => http::Method::Put,
        };
        send(&method, request, storage, observer).await
    }
}

async fn send(
    method: &http::Method,
    request: &Request,
    storage: &mut Storage,
    observer: &dyn Observer,
) -> Result<Response, TransportError> {
    let digest = Digest::default();
    let (mut sending, length) = match &request.body {
        Body::Empty => (Sending::nothing(), None),
        Body::Bytes(bytes) => (Sending::bytes(bytes), Some(bytes.len() as u64)),
        Body::Range(range) => {
            let reader = Reader::open(range, storage, &digest).await;
            let reader = reader.map_err(TransportError::BodyUnreadable)?;
            (Sending::range(reader), Some(range.length))
        }
    };
    let saving = match request.save_at {
        Some(offset) => Some(Saving {
            file: storage.open_download(offset).await?,
            offset,
            limit: request.save_limit,
        }),
        None => None,
    };
    let prepared = prepare(method, request, length)?;
    // Whose body is taken without a length, is sent in pieces.
    let body = match length {
        Some(_) => Some(prepared.body().map_err(|()| broken())?),
        None => None,
    };
    let answer = handle(prepared, Some(options(request)?)).map_err(classify)?;

    let shown = matches!(request.body, Body::Range(_)).then_some((observer, length.unwrap_or(0)));
    let mut watch = Watch::new(request);
    let answered = sending.exchange(body, &answer, &mut watch, shown)?;
    let mut incoming = Incoming::new(answered)?;
    let mut response = incoming.head();
    match saving {
        Some(mut saving) if matches!(response.status, 200 | 206) => {
            let received = incoming.save(&mut saving, &mut watch, observer).await;
            response.saved = Some(saving.end(received));
        }
        _ => response.body = incoming.read(request.response_limit, &mut watch)?,
    }
    response.sent = sending.sent();
    if response.sent == length.unwrap_or(0) {
        response.sent_sha256 = digest.sha256();
    }
    Ok(response)
}

/// The request as the runtime takes it.
fn prepare(
    method: &http::Method,
    request: &Request,
    length: Option<u64>,
) -> Result<OutgoingRequest, TransportError> {
    let url = Url::parse(&request.url).map_err(other)?;
    let headers = request.headers.iter();
    let mut headers: Vec<_> = headers
        .map(|header| (header.name.clone(), header.value.clone().into_bytes()))
        .collect();
    if let Some(length) = length {
        headers.push(("content-length".to_owned(), length.to_string().into_bytes()));
    }
    let prepared = OutgoingRequest::new(Fields::from_list(&headers).map_err(other)?);
    let scheme = match url.scheme() {
        "https" => Scheme::Https,
        _ => Scheme::Http,
    };
    let authority = &url[Position::BeforeHost..Position::AfterPort];
    let path = &url[Position::BeforePath..Position::AfterQuery];
    prepared
        .set_method(method)
        .and_then(|()| prepared.set_scheme(Some(&scheme)))
        .and_then(|()| prepared.set_authority(Some(authority)))
        .and_then(|()| prepared.set_path_with_query(Some(path)))
        .map_err(|()| broken())?;
    Ok(prepared)
}

/// The runtime's time-outs: what is asked for of a connection, and otherwise none, since those of the
/// request are watched here.
fn options(request: &Request) -> Result<RequestOptions, TransportError> {
    /// A year, in nanoseconds.
    const NEVER: u64 = 365 * 24 * 3600 * 1_000_000_000;
    let options = RequestOptions::new();
    let connect = request
        .connect_timeout_ms
        .saturating_mul(1_000_000)
        .min(NEVER);
    options
        .set_connect_timeout(Some(connect))
        .and_then(|()| options.set_first_byte_timeout(Some(NEVER)))
        .and_then(|()| options.set_between_bytes_timeout(Some(NEVER)))
        .map_err(|()| broken())?;
    Ok(options)
}

fn other(error: impl std::fmt::Display) -> TransportError {
    TransportError::Other(error.to_string())
}

/// The runtime does not take what it must.
fn broken() -> TransportError {
    TransportError::Other("the runtime does not take the request".to_owned())
}
