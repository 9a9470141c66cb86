//! HTTP as the core sees it: values that the host turns into bytes.

use thiserror::Error;

/// A header of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// Whether the value is a secret.
    pub sensitive: bool,
}

impl Header {
    /// A header that anybody may see.
    pub fn plain(name: &'static str, value: &str) -> Self {
        Self {
            name,
            value: value.into(),
            sensitive: false,
        }
    }
}

/// The body of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// No body.
    Empty,
    /// These bytes.
    Bytes(Vec<u8>),
    /// The file at this path, as it is.
    File(String),
    /// The archive that the host has made.
    Archive,
}

/// A request for the host to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What it is for, to show to people.
    pub purpose: String,
    /// GET, POST or PUT.
    pub method: &'static str,
    /// Absolute, http or https.
    pub url: String,
    /// Whether the URL is a secret.
    pub sensitive_url: bool,
    /// All headers but those that HTTP itself needs.
    pub headers: Vec<Header>,
    /// What is sent.
    pub body: Body,
    /// Milliseconds without progress after which the host gives up.
    pub timeout_ms: u64,
    /// The most bytes of a response body that the host reads.
    pub response_limit: u64,
}

/// The answer to a request, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Names and values as they came.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
    /// SHA-256 of the file or archive that was sent, if one was.
    pub sent_sha256: Option<String>,
}

impl Response {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TransportError {
    /// The connection was refused.
    #[error("the connection was refused")]
    Refused,
    /// The host name can't be resolved.
    #[error("the host name can't be resolved")]
    Dns,
    /// No secure connection.
    #[error("no secure connection: {0}")]
    Tls(String),
    /// Nothing moved for too long.
    #[error("it timed out")]
    Timeout,
    /// The connection broke after it had been made.
    #[error("the connection broke")]
    Interrupted,
    /// The response body is longer than what is read of one.
    #[error("the answer is larger than any that Atlas gives")]
    ResponseTooLarge,
    /// The host can't read the file that is the request's body.
    #[error("the file can't be read: {0}")]
    BodyUnreadable(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}
