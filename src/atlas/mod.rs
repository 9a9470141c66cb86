//! The Atlas API, version 1, as Packer's post-processor used it: one file for each endpoint, which
//! builds the request and reads the response. Nothing here knows of retries or of what comes next.
//!
//! Source of the endpoints: the client that Packer 1.2.5 carries (hashicorp/atlas-go, v1), and what
//! it sent on the wire (`tests/golden/traces`).

pub mod authenticate;
mod base_url;
pub mod create_artifact;
pub mod create_version;
pub mod digest;
pub mod download;
mod error;
pub mod get_artifact;
pub mod head_file;
mod http;
mod idempotency;
pub mod redirect;
pub mod resumable_upload;
pub mod search;
mod segment;
mod slug;
mod token;
pub mod upload;
pub mod upload_url;

use serde::Serialize;

pub use base_url::{BaseUrl, BaseUrlError, DEFAULT_BASE_URL};
pub use error::ApiError;
pub use http::{
    Body, BodySource, ByteRange, Header, Method, Request, Response, Saved, TransportError,
};
pub use idempotency::IdempotencyKey;
pub use segment::Segment;
pub use slug::Slug;
pub use token::Token;

/// What kind of artifact something is, such as `aws.ami`: a part of the path of its versions.
pub type ArtifactType = Segment;

/// The header that carries the token.
const TOKEN_HEADER: &str = "X-Atlas-Token";

/// How the component names itself.
const USER_AGENT: &str = concat!("atlas-post-processor/", env!("CARGO_PKG_VERSION"));

/// Making a connection may take this long, TLS included.
pub const CONNECT_TIMEOUT_MS: u64 = 30_000;

/// Without any progress for this long a request is given up.
const IDLE_TIMEOUT_MS: u64 = 60_000;

/// A whole answer may take this long once the request is sent. Answers are short: one that comes byte
/// by byte must not keep a host longer than one that does not come.
pub const ANSWER_TIMEOUT_MS: u64 = 60_000;

/// The most bytes of an answer that are read: answers are some hundred bytes.
const RESPONSE_LIMIT: u64 = 1 << 20;

/// An Atlas and who talks to it.
#[derive(Debug, Clone)]
pub struct Atlas {
    /// Where it is.
    pub base_url: BaseUrl,
    /// Who talks to it; nobody in particular if there is none.
    pub token: Option<Token>,
}

impl Atlas {
    /// A request without a body to these parts of a path below `/api/v1`.
    fn get(&self, purpose: String, path: &[&str]) -> Request {
        self.request(purpose, Method::Get, path, Body::Empty)
    }

    /// A request with a JSON body.
    fn post(&self, purpose: String, path: &[&str], body: &impl Serialize) -> Request {
        // Fails for maps whose keys are no strings; no body has any.
        let body = Body::Bytes(serde_json::to_vec(body).unwrap_or_default());
        let mut request = self.request(purpose, Method::Post, path, body);
        request
            .headers
            .push(Header::plain("Content-Type", "application/json"));
        request
    }

    /// The path of an artifact's versions of that type, and of what is below it.
    fn versions_path<'a>(
        slug: &'a Slug,
        artifact_type: &'a ArtifactType,
        below: &[&'a str],
    ) -> Vec<&'a str> {
        let versions = [
            "artifacts",
            slug.user.as_str(),
            slug.name.as_str(),
            artifact_type.as_str(),
        ];
        [&versions, below].concat()
    }

    fn request(&self, purpose: String, method: Method, path: &[&str], body: Body) -> Request {
        let mut headers = vec![Header::plain("User-Agent", USER_AGENT)];
        headers.extend(self.token.as_ref().map(|token| Header {
            name: TOKEN_HEADER.into(),
            value: token.header_value().into(),
            sensitive: true,
        }));
        Request {
            purpose,
            method,
            url: self.base_url.endpoint(path),
            sensitive_url: false,
            headers,
            body,
            connect_timeout_ms: CONNECT_TIMEOUT_MS,
            idle_timeout_ms: IDLE_TIMEOUT_MS,
            answer_timeout_ms: ANSWER_TIMEOUT_MS,
            response_limit: RESPONSE_LIMIT,
            save_at: None,
            save_limit: 0,
        }
    }
}
