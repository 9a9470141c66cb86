//! `GET /artifacts/{user}/{name}/{type}/{version}/file`: a version's file, or the rest of it.

use super::error::{other_status, success};
use super::{ApiError, ArtifactType, Atlas, Header, Request, Response, Slug, digest, redirect};

/// The longest ETag that is sent back.
const LONGEST_VALIDATOR: usize = 1000;

/// What of a file is there already.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// How many bytes of it, from its start.
    pub saved: u64,
    /// What the server called the file that they are of (an ETag).
    pub validator: Option<String>,
}

/// What an answer says of the file that it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Bytes of the whole file, if it is told.
    pub size: Option<u64>,
    /// SHA-256 of the whole file in hexadecimal, if it is told.
    pub sha256: Option<String>,
    /// What the server calls it, if that holds for each of its bytes.
    pub validator: Option<String>,
    /// Whether the bytes are those that were asked for.
    pub is_as_asked: bool,
}

/// Where the file of a version is.
pub fn url(atlas: &Atlas, slug: &Slug, artifact_type: &ArtifactType, version: u64) -> String {
    let number = version.to_string();
    let path = Atlas::versions_path(slug, artifact_type, &[&number, "file"]);
    atlas.base_url.endpoint(&path)
}

/// Asks for the file of a version, of this size if that is known, or for what of it is not there yet.
pub fn request(
    atlas: &Atlas,
    slug: &Slug,
    artifact_type: &ArtifactType,
    version: u64,
    size: Option<u64>,
    part: &Part,
) -> Request {
    let number = version.to_string();
    let path = Atlas::versions_path(slug, artifact_type, &[&number, "file"]);
    let purpose = format!("download the file of {slug}/{artifact_type}/{version}");
    let mut request = atlas.get(purpose, &path);
    request.save_at = Some(part.saved);
    request.save_limit = size.unwrap_or(u64::MAX);
    // The bytes are those of the file, not of a compressed form of it.
    request
        .headers
        .push(Header::plain("Accept-Encoding", "identity"));
    if part.saved > 0 {
        let range = format!("bytes={}-", part.saved);
        request.headers.push(Header::plain("Range", &range));
        if let Some(validator) = &part.validator {
            request.headers.push(Header::plain("If-Range", validator));
        }
    }
    request
}

/// Reads what an answer with a file, or a part of it from `offset` on, says of it.
pub fn read(response: &Response, offset: u64) -> Result<About, ApiError> {
    if !matches!(response.status, 200 | 206) {
        return Err(match success(response) {
            Ok(()) => other_status(response),
            // Where a file is redirected to is a secret.
            Err(ApiError::Redirect(_)) => ApiError::Redirect(redirect::shown_origin(response)),
            Err(error) => error,
        });
    }
    let count = |name| {
        response
            .header(name)
            .and_then(|text| text.trim().parse().ok())
    };
    let (size, is_as_asked) = match response.status {
        206 => {
            let range = response.header("content-range").and_then(content_range);
            let (start, size) = range.unwrap_or((None, None));
            (size, start == Some(offset))
        }
        _ => (count("content-length"), true),
    };
    // One that is sent back, and kept: strong, printable, and no longer than any server needs.
    let validator = response.header("etag").filter(|etag| {
        let is_sane = etag.len() <= LONGEST_VALIDATOR && etag.bytes().all(|b| b.is_ascii_graphic());
        is_sane && etag.starts_with('"')
    });
    Ok(About {
        size,
        sha256: digest::sha256(response),
        validator: validator.map(str::to_owned),
        is_as_asked,
    })
}

/// `bytes 200-1000/67589`: the first byte, and how many there are; `*` where that is not known.
fn content_range(text: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (range, size) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (start, _) = range.split_once('-')?;
    Some((start.trim().parse().ok(), size.trim().parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(status: u16, headers: &[(&str, &str)], offset: u64) -> Result<About, ApiError> {
        let headers = headers.iter().map(|(n, v)| ((*n).into(), (*v).into()));
        let response = Response {
            status,
            headers: headers.collect(),
            ..Response::default()
        };
        read(&response, offset)
    }

    #[test]
    fn a_part_is_what_was_asked_for_or_not() {
        let range = [("Content-Range", "bytes 200-1000/67589"), ("ETag", "\"a\"")];
        let told = about(206, &range, 200).unwrap();
        assert_eq!((told.size, told.is_as_asked), (Some(67589), true));
        assert_eq!(told.validator.as_deref(), Some("\"a\""));
        assert!(!about(206, &range, 100).unwrap().is_as_asked);
        assert!(!about(206, &[], 0).unwrap().is_as_asked);
        let whole = about(200, &[("Content-Length", "5"), ("ETag", "W/\"a\"")], 200).unwrap();
        assert_eq!((whole.size, whole.is_as_asked), (Some(5), true));
        assert_eq!(whole.validator, None, "weak: the bytes may differ");
        for unfit in [
            "\"a\u{1b}[2J\"",
            "\"a b\"",
            &format!("\"{}\"", "x".repeat(1000)),
        ] {
            let told = about(200, &[("ETag", unfit)], 0).unwrap();
            assert_eq!(told.validator, None, "{unfit}");
        }
        let redirected = about(302, &[("Location", "https://u:p@h/KEY?sig=a")], 0);
        assert_eq!(redirected, Err(ApiError::Redirect("https://h".into())));
        assert_eq!(about(404, &[], 0), Err(ApiError::NotFound));
        assert!(about(204, &[], 0).is_err());
    }
}
