//! `POST`, `PATCH` and `HEAD {upload_path}`: uploads a version's file in pieces, and goes on after a break
//! (draft-ietf-httpbis-resumable-upload), in the form that needs no 1xx answers.
//!
//! A server that offers it says `"upload_protocol": "resumable"` beside the `upload_path`.

use url::Url;

use super::upload_url::{UploadUrl, UploadUrlError};
use super::{ApiError, BaseUrl, Body, Header, Method, Request, Response, upload};
use crate::json::Value;

/// The most bytes of one piece, if the server does not want fewer. What is between here and there may
/// keep a piece to itself until it is whole, and lose it: as much is sent again at most.
const LARGEST_PIECE: u64 = 64 << 20;

/// What an answer says of an upload.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many bytes have come; none if it is not told.
    pub offset: Option<u64>,
    /// How many there will be, if the server knows it.
    pub length: Option<u64>,
    /// Whether all have come, if it is told.
    pub complete: Option<bool>,
    /// The most bytes that the server takes in one piece.
    pub most_at_once: Option<u64>,
    /// The most bytes that it takes in all.
    pub most_in_all: Option<u64>,
}

/// Whether an answer that has an `upload_path` offers it.
pub(super) fn is_offered(version: &Value) -> bool {
    let protocol = version.get("upload_protocol").and_then(Value::as_str);
    protocol == Some("resumable")
}

/// Asks to begin an upload of so many bytes, or to begin it anew.
pub fn begin(url: &UploadUrl, purpose: String, length: u64) -> Request {
    let mut request = upload::request(url, purpose, Body::Empty);
    request.method = Method::Post;
    request.headers.push(Header::plain("Upload-Complete", "?0"));
    let length = length.to_string();
    request
        .headers
        .push(Header::plain("Upload-Length", &length));
    request
}

/// Adds a piece that begins at `offset`.
pub fn append(
    url: &UploadUrl,
    purpose: String,
    piece: Body,
    offset: u64,
    is_last: bool,
) -> Request {
    let mut request = upload::request(url, purpose, piece);
    request.method = Method::Patch;
    let complete = if is_last { "?1" } else { "?0" };
    let offset = offset.to_string();
    request.headers.extend([
        Header::plain("Content-Type", "application/partial-upload"),
        Header::plain("Upload-Offset", &offset),
        Header::plain("Upload-Complete", complete),
    ]);
    request
}

/// Asks how far an upload has come.
pub fn progress(url: &UploadUrl, purpose: String) -> Request {
    let mut request = upload::request(url, purpose, Body::Empty);
    request.method = Method::Head;
    request
}

/// Reads how far an upload has come.
pub fn read(response: &Response) -> Result<Progress, ApiError> {
    upload::read(response)?;
    let count = |text: &str| text.trim().parse::<u64>().ok();
    let limit = |key: &str| {
        let limits = response.header("upload-limit").unwrap_or_default();
        let mut limits = limits.split(',').filter_map(|limit| limit.split_once('='));
        let limit = limits.find(|(name, _)| name.trim() == key);
        limit.and_then(|(_, value)| count(value))
    };
    Ok(Progress {
        offset: response.header("upload-offset").and_then(count),
        length: response.header("upload-length").and_then(count),
        complete: match response.header("upload-complete").map(str::trim) {
            Some("?1") => Some(true),
            Some("?0") => Some(false),
            _ => None,
        },
        most_at_once: limit("max-append-size"),
        most_in_all: limit("max-size"),
    })
}

/// How many bytes the next piece has, of so many that are left.
pub fn piece_length(left: u64, most_at_once: Option<u64>) -> u64 {
    let most = most_at_once.filter(|most| *most > 0);
    left.min(LARGEST_PIECE).min(most.unwrap_or(LARGEST_PIECE))
}

/// Where an upload that has begun is: the answer's Location, or where it was begun.
pub fn resource(
    response: &Response,
    request: &Request,
    base: &BaseUrl,
) -> Result<UploadUrl, UploadUrlError> {
    let begun_at = Url::parse(&request.url).map_err(|_| UploadUrlError::NotAbsolute)?;
    let at = match response.header("location") {
        None => begun_at,
        Some(location) => begun_at
            .join(location)
            .map_err(|_| UploadUrlError::NotAbsolute)?,
    };
    UploadUrl::parse(Some(at.as_str()), base)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(headers: &[(&str, &str)]) -> Response {
        let headers = headers.iter().map(|(n, v)| ((*n).into(), (*v).into()));
        Response {
            status: 204,
            headers: headers.collect(),
            ..Response::default()
        }
    }

    #[test]
    fn what_a_server_says_of_an_upload() {
        let told = read(&answer(&[
            ("Upload-Offset", "5"),
            ("Upload-Complete", "?0"),
            ("Upload-Length", "9"),
            ("Upload-Limit", "max-size=100, max-append-size=3"),
        ]));
        let wanted = Progress {
            offset: Some(5),
            length: Some(9),
            complete: Some(false),
            most_at_once: Some(3),
            most_in_all: Some(100),
        };
        assert_eq!(told, Ok(wanted));
        let nothing = read(&answer(&[
            ("Upload-Offset", "-1"),
            ("Upload-Complete", "yes"),
        ]));
        assert_eq!(nothing, Ok(Progress::default()));
    }

    #[test]
    fn pieces_are_as_large_as_both_sides_want() {
        assert_eq!(piece_length(5, None), 5);
        assert_eq!(piece_length(5, Some(3)), 3);
        assert_eq!(piece_length(5, Some(0)), 5, "a limit that says nothing");
        assert_eq!(piece_length(1 << 40, Some(1 << 40)), LARGEST_PIECE);
    }

    #[test]
    fn an_upload_is_where_its_answer_says() {
        let base = BaseUrl::parse("https://atlas.example").unwrap();
        let at = |location| {
            let url = UploadUrl::parse(Some("https://atlas.example/_bin/KEY"), &base).unwrap();
            let request = begin(&url, String::new(), 1);
            let headers = Vec::from_iter(location);
            let headers: Vec<_> = headers.into_iter().map(|l| ("Location", l)).collect();
            let resource = resource(&answer(&headers), &request, &base);
            resource.map(|url| url.as_str().to_owned())
        };
        assert_eq!(at(None).unwrap(), "https://atlas.example/_bin/KEY");
        assert_eq!(at(Some("/up/1")).unwrap(), "https://atlas.example/up/1");
        assert_eq!(
            at(Some("https://s.example/1")).unwrap(),
            "https://s.example/1"
        );
        assert!(at(Some("http://s.example/1")).is_err());
        assert!(at(Some("https://127.0.0.1/1")).is_err());
    }
}
