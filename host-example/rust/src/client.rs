//! The HTTP client of this host, on reqwest: HTTP/1.1, proxies from the environment, no redirects.

mod body;
mod fault;
mod tls;

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::header::{CONTENT_LENGTH, HeaderName, HeaderValue};
use reqwest::{Client, Method, Url};
use tokio::time::{Instant, sleep_until};

use crate::contract::{Body, Request, Response, TransportError};
use crate::http::{HttpClient, Observer};
use crate::packing::Packed;
use body::{FileBody, Sent, Unreadable};
use fault::transport_error;

/// The longest that making a connection may take, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// How many of a request's time-outs its whole answer may take (`wit/publishing.wit`).
const ANSWER_TIMEOUTS: u32 = 5;
/// How often an upload's progress is shown.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

/// Sends requests with reqwest.
///
/// Trusts the system's certificates, or those in the PEM file that `ATLAS_CAFILE` names, or in the
/// PEM files of the directory `ATLAS_CAPATH`; with `ATLAS_TLS_NOVERIFY`, any. Takes proxies from
/// `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`.
///
/// Installs *ring* as rustls's crypto provider if the program has installed none.
#[derive(Default)]
pub struct ReqwestClient {
    /// For http alone. Reading the system's certificates takes longer than publishing an AMI to a
    /// server nearby, so it is put off until something is sent by https.
    plain: OnceLock<Result<Client, String>>,
    secure: OnceLock<Result<Client, String>>,
}

impl ReqwestClient {
    /// A client. It reads its environment when it first sends something.
    pub fn new() -> Self {
        Self::default()
    }

    fn client_for(&self, url: &Url) -> Result<&Client, TransportError> {
        let client = if url.scheme() == "https" || tls::proxy_is_secure() {
            self.secure.get_or_init(|| {
                let builder = tls::trust(builder(), &tls::Trust::from_environment())?;
                builder.build().map_err(|e| fault::text(&e))
            })
        } else {
            self.plain.get_or_init(|| {
                let builder = builder().tls_certs_only([]);
                builder.build().map_err(|e| fault::text(&e))
            })
        };
        // Without a client for https there is no secure connection; the one for http has no cause to fail.
        client
            .as_ref()
            .map_err(|text| TransportError::Tls(text.clone()))
    }
}

fn builder() -> reqwest::ClientBuilder {
    tls::install_crypto();
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECT_TIMEOUT)
        .http1_only()
}

impl HttpClient for ReqwestClient {
    async fn send(
        &self,
        request: &Request,
        archive: Option<&Packed>,
        observer: &dyn Observer,
    ) -> Result<Response, TransportError> {
        let moved = Arc::new(AtomicU64::new(0));
        let sent = Sent::default();
        let body = match &request.body {
            Body::File(path) => Some(FileBody::open(path, &moved, &sent).await),
            Body::Archive => Some(FileBody::of_archive(archive, &moved, &sent)),
            Body::Empty | Body::Bytes(_) => None,
        };
        let body = body.transpose().map_err(unreadable)?;
        let size = body.as_ref().map(FileBody::size);
        let request_to_send = self.prepare(request, body)?;
        let exchange = exchange(request_to_send, request.response_limit, &moved);
        let limit = Duration::from_millis(request.timeout_ms);
        let watch = watch(&moved, size, limit, observer);
        let outcome = tokio::select! {
            outcome = exchange => outcome,
            error = watch => Err(error),
        };
        let mut response = outcome?;
        if let Some(size) = size {
            observer.sent(size, size);
            response.sent_sha256 = sent.sha256();
        }
        Ok(response)
    }
}

impl ReqwestClient {
    /// The request as reqwest takes it. `file` is its body if that is a file or the archive.
    fn prepare(
        &self,
        request: &Request,
        file: Option<FileBody>,
    ) -> Result<reqwest::RequestBuilder, TransportError> {
        let url = Url::parse(&request.url).map_err(other)?;
        let method = Method::from_bytes(request.method.as_bytes()).map_err(other)?;
        let mut builder = self.client_for(&url)?.request(method, url);
        for header in &request.headers {
            let name = HeaderName::from_bytes(header.name.as_bytes()).map_err(other)?;
            let mut value = HeaderValue::from_str(&header.value).map_err(other)?;
            value.set_sensitive(header.sensitive);
            builder = builder.header(name, value);
        }
        Ok(match (&request.body, file) {
            (Body::Bytes(bytes), _) => builder.body(bytes.clone()),
            (_, Some(file)) => builder
                .header(CONTENT_LENGTH, file.size())
                .body(reqwest::Body::wrap(file)),
            (_, None) => builder,
        })
    }
}

/// Sends it and reads the whole answer, counting what is read in `moved`.
async fn exchange(
    request: reqwest::RequestBuilder,
    limit: u64,
    moved: &AtomicU64,
) -> Result<Response, TransportError> {
    let mut response = request.send().await.map_err(transport_error)?;
    let status = response.status().as_u16();
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.to_string(), value)
        })
        .collect();
    moved.fetch_add(1, Ordering::Relaxed);
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(transport_error)? {
        moved.fetch_add(chunk.len() as u64, Ordering::Relaxed);
        if (body.len() + chunk.len()) as u64 > limit {
            return Err(TransportError::ResponseTooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Response {
        status,
        headers,
        body,
        sent_sha256: None,
    })
}

/// Ends when nothing has moved for as long as `limit`, or when the answer is not whole long after the
/// request was sent; shows an upload's progress until then.
async fn watch(
    moved: &AtomicU64,
    size: Option<u64>,
    limit: Duration,
    observer: &dyn Observer,
) -> TransportError {
    let mut seen = 0;
    let mut since = Instant::now();
    let mut sent_since = None;
    loop {
        let stalled = since + limit;
        sleep_until(stalled.min(Instant::now() + PROGRESS_INTERVAL)).await;
        let now = moved.load(Ordering::Relaxed);
        if now != seen {
            seen = now;
            since = Instant::now();
            if let Some(size) = size {
                observer.sent(now.min(size), size);
            }
        } else if Instant::now() >= stalled {
            return TransportError::Timeout;
        }
        if size.is_none_or(|size| now >= size) {
            let sent_since = *sent_since.get_or_insert_with(Instant::now);
            if sent_since.elapsed() >= limit * ANSWER_TIMEOUTS {
                return TransportError::Timeout;
            }
        }
    }
}

fn other(error: impl std::error::Error) -> TransportError {
    TransportError::Other(error.to_string())
}

fn unreadable(error: Unreadable) -> TransportError {
    TransportError::BodyUnreadable(error.to_string())
}
