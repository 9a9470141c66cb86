//! HTTP as the core sees it: values that the host turns into bytes.

use std::borrow::Cow;

use thiserror::Error;

use crate::file_error::FileError;

/// A method of RFC 9110, or PATCH of RFC 5789.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// GET
    Get,
    /// HEAD
    Head,
    /// PATCH
    Patch,
    /// POST
    Post,
    /// PUT
    Put,
}

impl Method {
    /// The method as it is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

/// A header of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its name.
    pub name: Cow<'static, str>,
    /// Its value.
    pub value: String,
    /// Whether the value is a secret.
    pub sensitive: bool,
}

impl Header {
    /// A header that anybody may see.
    pub fn plain(name: &'static str, value: &str) -> Self {
        Self {
            name: name.into(),
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
    /// Bytes that the host has.
    Range(ByteRange),
}

/// Bytes of a file or of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByteRange {
    /// What they are taken from.
    pub source: BodySource,
    /// Where they begin, in bytes from the start of the source.
    pub offset: u64,
    /// How many there are.
    pub length: u64,
}

/// What large bodies are taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodySource {
    /// The file at this path.
    File(String),
    /// The archive that the host has made.
    Archive,
}

impl Body {
    /// How many bytes it has.
    pub fn length(&self) -> u64 {
        match self {
            Self::Empty => 0,
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Range(range) => range.length,
        }
    }
}

/// A request for the host to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What it is for, to show to people.
    pub purpose: String,
    /// Its method.
    pub method: Method,
    /// Absolute, http or https.
    pub url: String,
    /// Whether the URL is a secret.
    pub sensitive_url: bool,
    /// All headers but those that HTTP itself needs.
    pub headers: Vec<Header>,
    /// What is sent.
    pub body: Body,
    /// Milliseconds that making the connection may take.
    pub connect_timeout_ms: u64,
    /// Milliseconds without progress after which the host gives up.
    pub idle_timeout_ms: u64,
    /// Milliseconds that the whole answer may take once the request is sent.
    pub answer_timeout_ms: u64,
    /// The most bytes of a response body that the host reads into memory.
    pub response_limit: u64,
    /// For a download: from which offset on the body goes into the host's file, if it is a part of the
    /// whole; a whole one goes there from the start.
    pub save_at: Option<u64>,
    /// The most bytes that this file may have.
    pub save_limit: u64,
}

/// What an answer has left in the host's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Bytes of the file.
    pub size: u64,
    /// SHA-256 of the whole file, in hexadecimal; none if the answer broke off.
    pub sha256: Option<String>,
    /// Why the answer broke off, if it did.
    pub error: Option<TransportError>,
}

/// The answer to a request, whatever its status.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Names and values as they came.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
    /// How many bytes of the request's body were sent.
    pub sent: u64,
    /// SHA-256 of a whole file or archive, in hexadecimal, of which all up to its end is sent now.
    pub sent_sha256: Option<String>,
    /// Where the body was saved, if it was.
    pub saved: Option<Saved>,
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
    /// One of the request's time-outs is over.
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
    BodyUnreadable(FileError),
    /// The host can't write the file of a download.
    #[error("the file can't be written: {0}")]
    BodyNotSaved(FileError),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}
