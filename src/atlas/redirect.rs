//! Redirects: which are followed, and what is said of the others.
//!
//! Hosts follow none by themselves, so that a token never goes where the configuration did not send
//! it: only to the origin (RFC 6454) of Atlas. An upload carries no token, and a download leaves it behind;
//! they may go wherever a version's `upload_path` may.

use url::{Origin, Url};

use super::upload_url::UploadUrl;
use super::{BaseUrl, Method, Request, Response};
use crate::sanitize::sanitize_and_cut;

/// The most redirects of one request that are followed.
pub const MOST_REDIRECTS: usize = 5;

/// The longest URL that a redirect is followed to: as long as RFC 9110, 4.1, wants to see supported.
const LONGEST_LOCATION: usize = 8000;

/// The most characters of a goal that are shown.
const MOST_SHOWN: usize = 300;

/// Where a redirect of this request leads, if it is one that is followed.
pub fn follow(request: &Request, response: &Response, base: &BaseUrl) -> Option<String> {
    let keeps_method = match response.status {
        307 | 308 => true,
        301..=303 => matches!(request.method, Method::Get | Method::Head),
        _ => false,
    };
    if !keeps_method {
        return None;
    }
    let from = Url::parse(&request.url).ok()?;
    let location = response.header("location")?;
    let to = from.join(location).ok()?;
    let moves_file = request.sensitive_url || request.save_at.is_some();
    let is_safe = match moves_file {
        true => UploadUrl::parse(Some(to.as_str()), base).is_ok(),
        false => {
            to.origin() == from.origin() && to.username().is_empty() && to.password().is_none()
        }
    };
    (is_safe && location.len() <= LONGEST_LOCATION).then(|| to.into())
}

/// Sends a request to where it was redirected to. What moves files goes there by a URL that is a secret,
/// and without the token if that is not Atlas any more.
pub fn lead(request: &mut Request, goal: &str, base: &BaseUrl) {
    request.url = goal.into();
    if request.save_at.is_some() {
        request.sensitive_url = true;
        let is_atlas = Url::parse(goal).is_ok_and(|goal| base.is_origin_of(&goal));
        request
            .headers
            .retain(|header| is_atlas || !header.sensitive);
    }
}

/// What may be shown of a redirect's goal: no query, which may hold a signature, and no credentials.
pub fn shown(response: &Response) -> String {
    describe(response, |mut url| {
        url.set_query(None);
        url.set_fragment(None);
        // Fails for URLs without a host.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.into()
    })
}

/// The same of an upload's, whose path is a secret.
pub fn shown_origin(response: &Response) -> String {
    describe(response, |url| url.origin().ascii_serialization())
}

fn describe(response: &Response, describe: impl FnOnce(Url) -> String) -> String {
    let goal = match response.header("location").map(Url::parse) {
        None => "nowhere".into(),
        Some(Err(_)) => "another path on it".into(),
        Some(Ok(url)) => match url.origin() {
            Origin::Tuple(..) => describe(url),
            Origin::Opaque(_) => format!("a `{}:` URL", url.scheme()),
        },
    };
    sanitize_and_cut(&goal, MOST_SHOWN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atlas::{Body, Header};

    fn to(method: Method, status: u16, location: &str) -> Option<String> {
        let base = BaseUrl::parse("https://atlas.example").unwrap();
        follow(&request(method), &answer(status, location), &base)
    }

    fn request(method: Method) -> Request {
        Request {
            purpose: String::new(),
            method,
            url: "https://atlas.example/api/v1/x".into(),
            // Uploads go to secret URLs.
            sensitive_url: matches!(method, Method::Put | Method::Patch),
            headers: Vec::new(),
            body: Body::Empty,
            connect_timeout_ms: 0,
            idle_timeout_ms: 0,
            answer_timeout_ms: 0,
            response_limit: 0,
            save_at: None,
            save_limit: 0,
        }
    }

    fn answer(status: u16, location: &str) -> Response {
        Response {
            status,
            headers: vec![("Location".into(), location.into())],
            body: Vec::new(),
            ..Response::default()
        }
    }

    #[test]
    fn the_token_stays_with_its_origin() {
        let same = Some("https://atlas.example/y".to_owned());
        assert_eq!(to(Method::Get, 302, "/y"), same);
        assert_eq!(to(Method::Get, 301, "https://atlas.example:443/y"), same);
        assert_eq!(to(Method::Post, 307, "/y"), same);
        assert_eq!(to(Method::Post, 302, "/y"), None, "it would become a GET");
        assert_eq!(to(Method::Get, 304, "/y"), None);
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
            assert_eq!(to(Method::Get, 308, other), None, "{other}");
        }
    }

    #[test]
    fn a_goal_longer_than_any_url_is_not_followed() {
        let path = |length| format!("/{}", "x".repeat(length));
        assert!(to(Method::Get, 302, &path(LONGEST_LOCATION - 1)).is_some());
        assert_eq!(to(Method::Get, 302, &path(LONGEST_LOCATION)), None);
    }

    #[test]
    fn uploads_go_where_upload_paths_may() {
        let elsewhere = "https://storage.example/x?sig=a";
        assert_eq!(to(Method::Put, 307, elsewhere), Some(elsewhere.into()));
        assert_eq!(to(Method::Patch, 308, elsewhere), Some(elsewhere.into()));
        assert_eq!(to(Method::Put, 302, elsewhere), None);
        for unsafe_path in [
            "http://storage.example/x",
            "https://127.0.0.1/x",
            "file:///x",
        ] {
            assert_eq!(to(Method::Put, 307, unsafe_path), None);
        }
    }

    #[test]
    fn downloads_go_there_too_and_leave_the_token_behind() {
        let base = BaseUrl::parse("https://atlas.example").unwrap();
        let mut request = Request {
            save_at: Some(0),
            headers: vec![Header {
                sensitive: true,
                ..Header::plain("X-Atlas-Token", "tok")
            }],
            ..request(Method::Get)
        };
        let goal = |location| follow(&request, &answer(302, location), &base);
        let elsewhere = "https://storage.example/x?sig=a";
        assert_eq!(goal(elsewhere), Some(elsewhere.into()));
        for unsafe_path in [
            "http://storage.example/x",
            "https://127.0.0.1/x",
            "https://0.0.0.0/x",
            "file:///x",
        ] {
            assert_eq!(goal(unsafe_path), None, "{unsafe_path}");
        }
        lead(&mut request, "https://atlas.example/y", &base);
        assert!(request.sensitive_url && request.headers.len() == 1);
        lead(&mut request, elsewhere, &base);
        assert!(request.sensitive_url && request.headers.is_empty());
    }

    #[test]
    fn secrets_of_a_goal_are_not_shown() {
        let shown = |location| shown(&answer(301, location));
        assert_eq!(shown("https://u:p@h/x?sig=a#b"), "https://h/x");
        assert_eq!(shown("file:///etc/passwd"), "a `file:` URL");
        assert_eq!(shown("/login?next=x"), "another path on it");
        let long = shown(&format!("https://h/{}", "x".repeat(70_000)));
        assert_eq!(long, "https://h/…");
    }
}
