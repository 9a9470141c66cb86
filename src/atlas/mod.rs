//! The Atlas API, version 1, as Packer's post-processor used it: one file for each endpoint, which
//! builds the request and reads the response. Nothing here knows of retries or of what comes next.
//!
//! Source of the endpoints: the client that Packer 1.2.5 carries (hashicorp/atlas-go, v1), and what
//! it sent on the wire (`tests/golden/traces`).

pub mod authenticate;
mod base_url;
pub mod create_artifact;
pub mod create_version;
pub mod download;
mod error;
pub mod find_artifact;
mod http;
mod idempotency;
pub mod redirect;
pub mod search;
mod segment;
mod slug;
mod token;
pub mod upload;

use serde::Serialize;

pub use base_url::{BaseUrl, BaseUrlError, DEFAULT_BASE_URL};
pub use error::{ApiError, tamed};
pub use http::{Body, Header, Request, Response, TransportError};
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

/// Without any progress for this long a request is given up.
const IDLE_TIMEOUT_MS: u64 = 60_000;

/// The most bytes of an answer that are read: answers are some hundred bytes.
const RESPONSE_LIMIT: u64 = 1 << 20;

/// An Atlas and who talks to it.
#[derive(Debug, Clone)]
pub struct Atlas {
    /// Where it is.
    pub base_url: BaseUrl,
    /// Who talks to it.
    pub token: Token,
}

impl Atlas {
    /// A request without a body to these parts of a path below `/api/v1`.
    fn get(&self, purpose: String, path: &[&str]) -> Request {
        self.request(purpose, "GET", path, Body::Empty)
    }

    /// A request with a JSON body.
    fn post(&self, purpose: String, path: &[&str], body: &impl Serialize) -> Request {
        // Fails for maps whose keys are no strings; no body has any.
        let body = Body::Bytes(serde_json::to_vec(body).unwrap_or_default());
        let mut request = self.request(purpose, "POST", path, body);
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

    fn request(&self, purpose: String, method: &'static str, path: &[&str], body: Body) -> Request {
        Request {
            purpose,
            method,
            url: self.base_url.endpoint(path),
            sensitive_url: false,
            headers: vec![
                Header::plain("User-Agent", USER_AGENT),
                Header {
                    name: TOKEN_HEADER,
                    value: self.token.header_value().into(),
                    sensitive: true,
                },
            ],
            body,
            timeout_ms: IDLE_TIMEOUT_MS,
            response_limit: RESPONSE_LIMIT,
        }
    }
}
