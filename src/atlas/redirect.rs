//! Redirects: which are followed, and what is said of the others.
//!
//! Hosts follow none by themselves, so that a token never goes where the configuration did not send
//! it: only to the origin (RFC 6454) of Atlas. An upload carries no token; it may go wherever a
//! version's `upload_path` may.

use url::Url;

use super::upload::UploadUrl;
use super::{BaseUrl, Request, Response};

/// The most redirects of one request that are followed.
pub const MOST_REDIRECTS: u32 = 5;

/// Where a redirect of this request leads, if it is one that is followed.
pub fn follow(request: &Request, response: &Response, base: &BaseUrl) -> Option<String> {
    let keeps_method = match response.status {
        307 | 308 => true,
        301..=303 => matches!(request.method, "GET" | "HEAD"),
        _ => false,
    };
    if !keeps_method {
        return None;
    }
    let from = Url::parse(&request.url).ok()?;
    let to = from.join(response.header("location")?).ok()?;
    let is_safe = match request.method {
        "PUT" => UploadUrl::parse(Some(to.as_str()), base).is_ok(),
        _ => to.origin() == from.origin() && to.username().is_empty() && to.password().is_none(),
    };
    is_safe.then(|| to.into())
}

/// What may be shown of a redirect's goal: no query, which may hold a signature, and no credentials.
pub fn shown(response: &Response) -> String {
    let Some(location) = response.header("location") else {
        return "nowhere".into();
    };
    match Url::parse(location) {
        Ok(mut url) if url.has_host() => {
            url.set_query(None);
            url.set_fragment(None);
            // Fails for URLs without a host.
            let _ = url.set_username("");
            let _ = url.set_password(None);
            url.into()
        }
        Ok(url) => format!("a `{}:` URL", url.scheme()),
        Err(_) => "another path on it".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atlas::Body;

    fn to(method: &'static str, status: u16, location: &str) -> Option<String> {
        let request = Request {
            purpose: String::new(),
            method,
            url: "https://atlas.example/api/v1/x".into(),
            sensitive_url: false,
            headers: Vec::new(),
            body: Body::Empty,
            timeout_ms: 0,
            response_limit: 0,
        };
        let base = BaseUrl::parse("https://atlas.example").unwrap();
        follow(&request, &answer(status, location), &base)
    }

    fn answer(status: u16, location: &str) -> Response {
        Response {
            status,
            headers: vec![("Location".into(), location.into())],
            body: Vec::new(),
            sent_sha256: None,
        }
    }

    #[test]
    fn the_token_stays_with_its_origin() {
        let same = Some("https://atlas.example/y".to_owned());
        assert_eq!(to("GET", 302, "/y"), same);
        assert_eq!(to("GET", 301, "https://atlas.example:443/y"), same);
        assert_eq!(to("POST", 307, "/y"), same);
        assert_eq!(to("POST", 302, "/y"), None, "it would become a GET");
        assert_eq!(to("GET", 304, "/y"), None);
        for other in [
            "http://atlas.example/y",
            "https://evil.example/y",
            "//evil.example/y",
            "https://atlas.example:444/y",
            "https://u:p@atlas.example/y",
            "https://atlas.example.evil.example/",
            "file:///etc/passwd",
            "http://[",
        ] {
            assert_eq!(to("GET", 308, other), None, "{other}");
        }
    }

    #[test]
    fn uploads_go_where_upload_paths_may() {
        let elsewhere = "https://storage.example/x?sig=a";
        assert_eq!(to("PUT", 307, elsewhere), Some(elsewhere.into()));
        assert_eq!(to("PUT", 302, elsewhere), None);
        for unsafe_path in [
            "http://storage.example/x",
            "https://127.0.0.1/x",
            "file:///x",
        ] {
            assert_eq!(to("PUT", 307, unsafe_path), None);
        }
    }

    #[test]
    fn secrets_of_a_goal_are_not_shown() {
        let shown = |location| shown(&answer(301, location));
        assert_eq!(shown("https://u:p@h/x?sig=a#b"), "https://h/x");
        assert_eq!(shown("file:///etc/passwd"), "a `file:` URL");
        assert_eq!(shown("/login?next=x"), "another path on it");
    }
}
