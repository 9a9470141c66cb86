//! A client on reqwest (HTTP/1.1, proxies from the environment, no redirects).

use std::pin::pin;
use std::sync::OnceLock;

use reqwest::header::{CONTENT_LENGTH, HeaderName, HeaderValue};
use reqwest::{Client, Url};

use super::HttpClient;
use super::body::Outgoing;
use super::progress::{NoteConnections, Progress};
use super::reader::Digest;
use super::saving::Saving;
use super::tls;
use super::transport_error::{classify, text};
use crate::contract::{Body, Method, Request, Response, TransportError};
use crate::observer::{Observer, Silent};
use crate::storage::Storage;

/// Sends requests with reqwest, each over a connection of its own: what a server sends beyond an
/// answer is never taken for the next one.
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
                builder.build().map_err(|e| text(&e))
            })
        } else {
            self.plain.get_or_init(|| {
                let builder = builder().tls_certs_only([]);
                builder.build().map_err(|e| text(&e))
            })
        };
        // Without a client for https there is no secure connection; the one for http has no cause to fail.
        client
            .as_ref()
            .map_err(|text| TransportError::Tls(text.clone()))
    }

    /// Sends a request as [`send`](HttpClient::send) does, but with the method DELETE, which the component does not use.
    pub async fn delete(&self, request: &Request) -> Result<Response, TransportError> {
        let mut storage = Storage::default();
        self.send_as(reqwest::Method::DELETE, request, &mut storage, &Silent)
            .await
    }

    /// The request as reqwest takes it.
    fn prepare(
        &self,
        method: reqwest::Method,
        request: &Request,
        body: Option<Outgoing>,
    ) -> Result<reqwest::RequestBuilder, TransportError> {
        let url = Url::parse(&request.url).map_err(other)?;
        let mut builder = self.client_for(&url)?.request(method, url);
        for header in &request.headers {
            let name = HeaderName::from_bytes(header.name.as_bytes()).map_err(other)?;
            let mut value = HeaderValue::from_str(&header.value).map_err(other)?;
            value.set_sensitive(header.sensitive);
            builder = builder.header(name, value);
        }
        Ok(match body {
            None => builder,
            Some(body) => builder
                .header(CONTENT_LENGTH, body.length())
                .body(reqwest::Body::wrap(body)),
        })
    }
}

fn builder() -> reqwest::ClientBuilder {
    tls::install_crypto();
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .connector_layer(NoteConnections)
        .pool_max_idle_per_host(0)
        // An upload may stand still for as long as the request says.
        .tcp_user_timeout(None)
        .http1_only()
}

impl HttpClient for ReqwestClient {
    async fn send(
        &self,
        request: &Request,
        storage: &mut Storage,
        observer: &dyn Observer,
    ) -> Result<Response, TransportError> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Head => reqwest::Method::HEAD,
            Method::Patch => reqwest::Method::PATCH,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
        };
        self.send_as(method, request, storage, observer).await
    }
}

impl ReqwestClient {
    async fn send_as(
        &self,
        method: reqwest::Method,
        request: &Request,
        storage: &mut Storage,
        observer: &dyn Observer,
    ) -> Result<Response, TransportError> {
        let progress = Progress::new();
        let digest = Digest::default();
        let (body, range) = match &request.body {
            Body::Empty => (None, None),
            Body::Bytes(bytes) => (Some(Outgoing::bytes(bytes, &progress)), None),
            Body::Range(range) => {
                let body = Outgoing::range(range, storage, &progress, &digest).await;
                (
                    Some(body.map_err(TransportError::BodyUnreadable)?),
                    Some(range),
                )
            }
        };
        let mut saving = match request.save_at {
            Some(offset) => {
                let file = storage.open_download(offset).await?;
                Some(Saving::new(offset, request.save_limit, file))
            }
            None => None,
        };
        let length = body.as_ref().map_or(0, Outgoing::length);
        let prepared = self.prepare(method, request, body)?;
        let show = |sent| {
            if let Some(range) = range {
                observer.sent(sent, range.length);
            }
        };
        let mut watch = pin!(progress.watch(request, length, show));
        let mut answer = tokio::select! {
            answer = progress.note(prepared.send()) => answer.map_err(classify)?,
            error = &mut watch => return Err(error),
        };
        progress.received(1);
        let headers = answer.headers().iter();
        let headers = headers.map(|(name, value)| (name.to_string(), value.as_bytes()));
        let mut response = Response::head(answer.status().as_u16(), headers);
        match saving.take_if(|_| matches!(response.status, 200 | 206)) {
            Some(mut saving) => {
                progress.saves();
                let received = tokio::select! {
                    received = saving.receive(&mut answer, &progress, observer) => received,
                    error = &mut watch => Err(error),
                };
                response.saved = Some(saving.end(received).await);
            }
            None => {
                response.body = tokio::select! {
                    body = read(&mut answer, request.response_limit, &progress) => body?,
                    error = &mut watch => return Err(error),
                };
            }
        }
        response.sent = progress.sent();
        show(response.sent);
        if response.sent == length {
            response.sent_sha256 = digest.sha256();
        }
        Ok(response)
    }
}

/// Reads the body of an answer into memory.
async fn read(
    answer: &mut reqwest::Response,
    limit: u64,
    progress: &Progress,
) -> Result<Vec<u8>, TransportError> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(classify)? {
        progress.received(chunk.len());
        if (body.len() + chunk.len()) as u64 > limit {
            return Err(TransportError::ResponseTooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn other(error: impl std::error::Error) -> TransportError {
    TransportError::Other(error.to_string())
}
